// The worker thread: opens the sockets first, then loads the compiler, so that a client is never kept waiting.

import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { KernelSettings, ToWorker } from "../bridge/messages";
import type { CellCompiler } from "../compiler/cell-compiler";
import { readConnection } from "../protocol/connection";
import { KernelSockets } from "../protocol/sockets";
import type { Message } from "../protocol/wire";
import type { Channel } from "../protocol/sockets";
import { MainThread } from "./main-thread";
import type { KernelServer } from "./server";

const PARENT_CHECK_MILLISECONDS = 1000;

/** Between two steps of work that can wait: requests that came meanwhile are answered first. */
const BREATH_MILLISECONDS = 20;

/** How long after the last cell the types that it declared are made ready for completion. */
const PREPARE_MILLISECONDS = 300;

interface WorkerData {
  readonly settings: KernelSettings;
  readonly shared: Int32Array;
  readonly answers: MessagePort;
}

/** Starts the worker's side of the kernel. */
export async function main(): Promise<void> {
  const { settings, shared, answers } = workerData as WorkerData;
  const early: [Channel, Message][] = [];
  const started: { server?: KernelServer } = {};
  const sockets = new KernelSockets(readConnection(settings.connectionFile), {
    onMessage: (channel, message) => {
      if (started.server === undefined) early.push([channel, message]);
      else started.server.receive(channel, message);
    },
    onFault: (channel, fault) => process.stderr.write(`${channel}: a message was dropped: ${fault}\n`),
  });
  await sockets.open();
  const mainThread = new MainThread(parentPort!, shared, answers, (message: ToWorker) =>
    started.server?.heard(message),
  );
  const exit = (): void => {
    mainThread.post({ kind: "shutdown" });
    // a main thread that is stuck cannot hear it
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 1500);
  };
  watchParent(settings.parentPid, () => {
    mainThread.interrupt();
    void sockets.close().then(exit);
  });
  let compiler: CellCompiler | undefined;
  const theCompiler = (): CellCompiler => {
    if (compiler === undefined) {
      const { CellCompiler: Compiler } =
        require("../compiler/cell-compiler") as typeof import("../compiler/cell-compiler");
      const { compilerSettings } = require("./given-names") as typeof import("./given-names");
      compiler = new Compiler(compilerSettings(settings));
      compiler.warm();
      setTimeout(() => {
        keepCode();
        whenIdle(() => started.server?.isBusy !== true, compiler!.loadGiven());
      }, 500);
    }
    return compiler;
  };
  const { preloadTypescript } = require("../loader/cached-typescript.cjs") as {
    preloadTypescript(): () => void;
  };
  const keepCode = preloadTypescript();
  const { KernelServer: Server } = require("./server") as typeof import("./server");
  let preparing: NodeJS.Timeout | undefined;
  const onBusy = (isBusy: boolean): void => {
    clearTimeout(preparing);
    if (!isBusy) preparing = setTimeout(() => compiler?.prepare(), PREPARE_MILLISECONDS);
  };
  const server = new Server({ sockets, main: mainThread, settings, compiler: theCompiler, exit, onBusy });
  started.server = server;
  server.start();
  for (const [channel, message] of early.splice(0)) server.receive(channel, message);
  setTimeout(theCompiler, 30);
}

/** Does one step of `work` after another, while `isIdle` holds. */
function whenIdle(isIdle: () => boolean, work: Iterator<unknown>): void {
  const isDone = isIdle() && work.next().done === true;
  if (!isDone) setTimeout(() => whenIdle(isIdle, work), isIdle() ? BREATH_MILLISECONDS : 500);
}

/** Ends the kernel when the client that started it is gone. */
function watchParent(parent: number | undefined, onGone: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
}
