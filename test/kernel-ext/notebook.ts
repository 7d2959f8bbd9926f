// A notebook on the real kernel, for tests: runs cells through the client and collects what they show.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startKernel, type ExecuteOptions, type KernelClient, type Message } from "../../kernel-ext/client";
import { kernelSpec } from "../../kernel-ext/spec/kernelspec";

/** What one cell did. */
export interface CellOutput {
  readonly status: string;
  readonly count: number | null | undefined;
  readonly ename: string | undefined;
  readonly evalue: string | undefined;
  /** The traceback without colours. */
  readonly traceback: string;
  readonly stdout: string;
  readonly stderr: string;
  /** `text/plain` of the result. */
  readonly text: string | undefined;
  readonly result: Bundle | undefined;
  readonly displays: readonly Bundle[];
  readonly messages: readonly Message[];
  readonly expressions: Readonly<Record<string, unknown>>;
}

type Bundle = Readonly<Record<string, unknown>>;

/** Without terminal colours. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}

function bundleOf(message: Message): Bundle {
  return message.content["data"] as Bundle;
}

/** A kernel with its client. */
export class Notebook {
  private constructor(
    readonly client: KernelClient,
    readonly folder: string,
  ) {}

  /** Starts a kernel in `folder` (a fresh one by default). */
  static async start(
    options: { folder?: string; preload?: string; env?: Record<string, string> } = {},
  ): Promise<Notebook> {
    const folder = options.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), "relata-notebook-"));
    const { argv, display_name: displayName, language, env } = kernelSpec();
    const words = options.preload === undefined ? argv : [...argv.slice(0, -1), options.preload];
    const spec = {
      name: "relata",
      argv: words,
      displayName,
      language,
      interruptMode: "message" as const,
      env,
    };
    const client = await startKernel({ spec, cwd: folder, ...(options.env && { env: options.env }) });
    return new Notebook(client, folder);
  }

  /** Runs a cell. */
  async run(code: string, options: ExecuteOptions = {}): Promise<CellOutput> {
    const messages: Message[] = [];
    const reply = await this.client.execute(code, {
      timeout: 40_000,
      ...options,
      onOutput: (message) => {
        messages.push(message);
        options.onOutput?.(message);
      },
    });
    const of = (type: string): Message[] => messages.filter(({ header }) => header.msg_type === type);
    const stream = (name: string): string =>
      of("stream")
        .filter(({ content }) => content["name"] === name)
        .map(({ content }) => String(content["text"]))
        .join("");
    const result = of("execute_result").map(bundleOf)[0];
    return {
      status: reply.status,
      count: reply.execution_count,
      ename: reply.ename,
      evalue: reply.evalue,
      traceback: plain((reply.traceback ?? []).join("\n")),
      stdout: stream("stdout"),
      stderr: plain(stream("stderr")),
      text: result?.["text/plain"] as string | undefined,
      result,
      displays: of("display_data").map(bundleOf),
      messages,
      expressions: reply.user_expressions ?? {},
    };
  }

  /** The text of the last of some cells; fails on the first that fails. */
  async value(...cells: readonly string[]): Promise<string | undefined> {
    let text: string | undefined;
    for (const cell of cells) {
      const output = await this.run(cell);
      if (output.status !== "ok") throw new Error(`cell failed: ${cell}\n${output.traceback}`);
      text = output.text;
    }
    return text;
  }

  /** Writes a file beside the notebook. */
  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
    fs.writeFileSync(path.join(this.folder, name), text);
  }

  async stop(): Promise<void> {
    await this.client.shutdown();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One notebook for all tests of a file. */
export function useNotebook(
  options: { preload?: string; env?: Record<string, string> } = {},
): () => Notebook {
  let notebook: Notebook | undefined;
  beforeAll(async () => {
    notebook = await Notebook.start(options);
  });
  afterAll(() => notebook?.stop());
  return () => notebook!;
}

/** Resolves after some time, for cells that have to get going. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
