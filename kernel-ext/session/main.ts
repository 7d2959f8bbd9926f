// The main thread of the kernel: starts the worker, runs cells, and never lets user code end the process.

import * as path from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import {
  SHARED,
  weightOf,
  type Answer,
  type KernelSettings,
  type ToMain,
  type ToWorker,
} from "../bridge/messages";
import { pack, plainJson } from "../bridge/packed";
import { useSink } from "../display/sink";
import { usePlaces } from "../display/tidy";
import { holdBack } from "./backlog";
import * as builtins from "./builtins";
import { Cells } from "./cells";
import { Comms } from "./comms";
import { Executor } from "./executor";
import { installGuard, KeyboardInterrupt } from "./guard";
import { Imports } from "./imports";
import { connectMagics } from "./magics";
import { Output } from "./output";
import { publishSession } from "./published-session";
import { runtimeKeys } from "./runtime-keys";
import { tslabModule } from "./tslab-module";
import { Tracebacks } from "./traceback";

const clone = path.resolve(__dirname, "..", "..");

/** Starts the kernel: `CONNECTION_FILE [--preload MODULE]`. */
export function main(args: readonly string[]): void {
  const preloadAt = args.indexOf("--preload");
  const preload = (preloadAt < 0 ? undefined : args[preloadAt + 1]) ?? process.env.RELATA_PRELOAD;
  const connectionFile = args.find(
    (arg, at) => !arg.startsWith("--") && (preloadAt < 0 || at !== preloadAt + 1),
  );
  if (connectionFile === undefined) {
    process.stderr.write(
      "a kernel is started by a Jupyter client: run `relata kernel install`, then choose relata there\n",
    );
    process.exitCode = 2;
    return;
  }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  startKernel({
    connectionFile: path.resolve(connectionFile),
    folder: process.cwd(),
    clone,
    preload: preload === undefined || preload === "" ? undefined : path.resolve(preload),
    parentPid: process.ppid,
  });
}

function startKernel(settings: KernelSettings): void {
  const shared = new Int32Array(new SharedArrayBuffer(4 * SHARED.size));
  installGuard(shared);
  const answers = new MessageChannel();
  const worker = new Worker(path.join(clone, "kernel-ext/worker/start.cjs"), {
    workerData: { settings, shared, answers: answers.port2 },
    transferList: [answers.port2],
    stdout: true,
    stderr: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const nativeError = process.stderr.write.bind(process.stderr);
  worker.stderr.on("data", (chunk: Buffer) => nativeError(chunk));
  const post = (message: ToWorker, move: ArrayBuffer[] = []): void => {
    const weight = weightOf(message);
    worker.postMessage(message, move);
    if (weight > 0) holdBack(shared, weight);
  };

  const cells = new Cells(shared);
  const output = new Output(cells, post);
  const tracebacks = new Tracebacks(["__kernel_call__", path.join(clone, "kernel-ext") + path.sep]);
  usePlaces((text) => tracebacks.inText(text));
  const given = givenNames(settings.preload);
  const imports = new Imports(
    settings.folder,
    clone,
    new Map([
      ["tslab", () => tslabModule],
      ["relata", () => require(path.join(clone, "src/index.ts")) as unknown],
    ]),
  );
  const executor = new Executor(cells, imports, tracebacks, given);

  const inOrder = (message: ToWorker, move: ArrayBuffer[] = []): void => {
    output.flush();
    post(message, move);
  };
  useSink({
    show: (shown, { id, update, metadata = {} }) => {
      const { cell, isMuted } = cells.current;
      if (isMuted) return;
      const transient = id === undefined ? {} : { display_id: id };
      const { content, move } = pack({ data: shown, metadata, transient }, shown);
      inOrder({ kind: "display", cell, isUpdate: update === true, content }, move);
    },
    pending: (work) => executor.pending(work),
    clear: (wait) => inOrder({ kind: "clear", cell: cells.current.cell, wait }),
    ask: (prompt, isPassword) => {
      const run = cells.current;
      if (!run.allowsInput)
        throw new Error(
          "the client of this notebook cannot answer input(): run the cell in JupyterLab or in a console",
        );
      inOrder({ kind: "input", cell: run.cell, prompt, isPassword });
      Atomics.wait(shared, SHARED.input, 0);
      Atomics.store(shared, SHARED.input, 0);
      const answer = receiveMessageOnPort(answers.port1)?.message as Answer | undefined;
      if (answer?.value === undefined) throw new KeyboardInterrupt();
      if (isPassword) tracebacks.typedSecrets.add(answer.value);
      return answer.value;
    },
  });
  const comms = new Comms(cells, inOrder);
  publishSession(cells, comms);
  output.capture();
  const asked = new Map<number, (fault: string | undefined) => void>();
  connectMagics((name, text) => {
    const request = asked.size + 1;
    inOrder({ kind: "magic", cell: cells.current.cell, request, name, text });
    return new Promise((resolve, reject) => {
      asked.set(request, (fault) => (fault === undefined ? resolve() : reject(new Error(fault))));
    });
  });

  const exit = protectProcess((thrown, what) => {
    const run = cells.current;
    if (run.isMuted || thrown instanceof KeyboardInterrupt) return;
    const { traceback } = tracebacks.report(thrown);
    output.write("stderr", `${what}\n${traceback.join("\n")}\n`);
    output.flush();
  });

  const answer = (done: Extract<ToWorker, { kind: "done" }>, isSilent: boolean): void => {
    const { result, cell, reached } = done;
    if (result === undefined || result.data instanceof Uint8Array) return inOrder(done);
    try {
      const { content: data, move } = isSilent
        ? { content: plainJson(result.data), move: [] }
        : pack(result.data, result.data);
      inOrder({ ...done, result: { ...result, data } }, move);
    } catch (error) {
      // a value that shows itself as something that is no JSON must not leave its cell open
      const report = { ...tracebacks.report(error), isInterrupt: false };
      inOrder({ kind: "done", cell, reached, result: undefined, error: report });
    }
  };
  worker.on("message", (message: ToMain) => {
    if (message.kind === "run") void executor.run(message).then((done) => answer(done, message.isSilent));
    else if (message.kind === "interrupt") cells.interrupt(message.cell);
    else if (message.kind === "comm") comms.receive(message);
    else if (message.kind === "reset") executor.reset();
    else if (message.kind === "keys") {
      const { request, root, path: below } = message;
      post({ kind: "keys", request, names: runtimeKeys(executor.valueOf(root), below) });
    } else if (message.kind === "magic-done") asked.get(message.request)?.(message.fault);
    else if (message.kind === "setting") {
      if (message.name === "reload") imports.reloads = message.value === "on";
      else process.env[`RELATA_${message.name.toUpperCase()}`] = message.value;
    } else if (message.kind === "shutdown") exit(0);
  });
  watchSignals(shared, (cell) => {
    cells.interrupt(cell);
    if (cell === 0) post({ kind: "signal" });
  });
  worker.on("error", (error) => {
    nativeError(`the kernel's protocol thread failed: ${error.stack ?? error.message}\n`);
    exit(1);
  });
  worker.on("exit", (code) => exit(code));
}

/** SIGINT interrupts the running cell, whatever the main thread is doing, and never ends the kernel. */
function watchSignals(shared: Int32Array, onInterrupt: (cell: number) => void): void {
  if (process.platform === "win32") return;
  const sentinel = new Worker(path.join(clone, "kernel-ext/worker/sentinel.cjs"), {
    workerData: { shared, indices: SHARED },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  sentinel.on("message", onInterrupt);
}

/** The slot object of cell 0: built-in names, and those of the preload module, which is loaded when first asked. */
function givenNames(preload: string | undefined): object {
  const module = (): object => (preload === undefined ? {} : (require(preload) as object));
  return new Proxy(builtins, {
    get: (own, name) =>
      name in own ? (Reflect.get(own, name) as unknown) : (Reflect.get(module(), name) as unknown),
    set: () => false,
  });
}

/** User code can neither end the process nor bring it down; returns the real `process.exit`. */
function protectProcess(onFault: (thrown: unknown, what: string) => void): (code: number) => never {
  const exit = process.exit.bind(process);
  const refuse = (code?: string | number | null): never => {
    const called = `process.exit(${code ?? ""})`;
    throw new Error(`${called} does not end a notebook: the kernel goes on, restart it from the menu`);
  };
  process.exit = refuse;
  process.on("uncaughtException", (error) => onFault(error, "Uncaught exception:"));
  process.on("unhandledRejection", (reason) => onFault(reason, "Unhandled rejection:"));
  return (code) => {
    process.exit = exit;
    return exit(code);
  };
}
