// TensorBoard event files, written by the engine's own writer.

import { createRequire } from "node:module";
import { EngineError } from "../core";
import { currentEngine } from "../engine";
import type { StepEvent } from "./step-event";

interface SummaryWriter {
  scalar(name: string, value: number, step: number): void;
  flush(): void;
}

/** Writes the numbers of step events into a folder that TensorBoard reads. */
export class EventLog {
  private readonly writer: SummaryWriter;

  constructor(folder: string) {
    const { name } = currentEngine();
    if (name !== "tensorflow")
      throw new EngineError(
        `TensorBoard files need the tensorflow engine, this is ${name}: leave tensorBoard out, or run "npm run -s relata -- setup"`,
      );
    const node = createRequire(__filename)("@tensorflow/tfjs-node-gpu") as {
      node: { summaryFileWriter(folder: string): SummaryWriter };
    };
    this.writer = node.node.summaryFileWriter(folder);
  }

  write(event: StepEvent): void {
    this.writer.scalar("loss", event.loss, event.step);
    for (const [name, value] of Object.entries(event.terms))
      this.writer.scalar(`terms/${name}`, value, event.step);
    this.writer.scalar("rate", event.rate, event.step);
    if (event.gradientNorm !== undefined) this.writer.scalar("gradient norm", event.gradientNorm, event.step);
    if (event.development !== undefined) this.writer.scalar("development", event.development, event.step);
  }

  flush(): void {
    this.writer.flush();
  }
}
