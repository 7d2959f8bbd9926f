"use strict";
// A thread that waits for SIGINT: the signal reaches it also while the main thread is deep in a calculation.
//
// Node can stop JavaScript on SIGINT only inside a vm call with `breakOnSigint`, and tells the call that began last. So
// this thread sits in such a call and begins it anew whenever a cell starts; if it is told, it raises the interrupt flag,
// and sends the signal again when no loop guard has stopped the cell, which the cell's own vm call then gets. An outer
// call holds the signal meanwhile, so that it never ends the process.

const vm = require("node:vm");
const { parentPort, workerData } = require("node:worker_threads");

const { shared, indices } = workerData;
const PATIENCE_MILLISECONDS = 150;
const ROUNDS = 4;
const CLEAN_UP_ROUNDS = 3;
const wait = new vm.Script("__wait()");
const watch = new vm.Script("__watch()");

globalThis.__wait = () => Atomics.wait(shared, indices.sentinel, Atomics.load(shared, indices.sentinel));

function onSignal() {
  const cell = Atomics.load(shared, indices.running);
  // no cell runs, but one may be on its way through the compiler, or a timer of an earlier one in an endless loop
  if (cell === 0) {
    Atomics.store(shared, indices.interrupt, 1);
    return void parentPort.postMessage(0);
  }
  const isSecond = Atomics.exchange(shared, indices.interrupt, 1) === 1;
  if (!isSecond) parentPort.postMessage(cell);
  const isOn = () => Atomics.load(shared, indices.running) === cell;
  const pause = () => Atomics.wait(shared, indices.running, cell, PATIENCE_MILLISECONDS);
  for (let round = 1; round <= ROUNDS; round++) {
    if (!isSecond || round > 1) pause();
    if (!isOn()) return;
    const isSynchronous = Atomics.load(shared, indices.synchronous) === 1;
    // functions that clean up after an interrupt may run for a while, which needs the main thread to be free
    if (isSynchronous || round >= CLEAN_UP_ROUNDS) Atomics.store(shared, indices.deep, 1);
    if (isSynchronous && (isSecond || round > 1)) process.kill(process.pid, "SIGINT");
  }
  // not back into the inner call before the signal has reached the cell's own
  pause();
}

globalThis.__watch = () => {
  for (;;) {
    try {
      wait.runInThisContext({ breakOnSigint: true });
    } catch {
      onSignal();
    }
  }
};

for (;;) {
  try {
    watch.runInThisContext({ breakOnSigint: true });
  } catch {
    // told while it was between two inner calls: the cell's interrupt is under way
  }
}
