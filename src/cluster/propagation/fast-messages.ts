// Messages in float32 by the WebAssembly kernel: one sweep over memory an iteration.

import { OptionError } from "../../core";
import { compileKernel, type Sweep } from "./message-kernel";
import type { Messages } from "./messages";

const PAGE = 65536;
const LARGEST = 65536 * PAGE;

let kernel: WebAssembly.Module | undefined;

/**
 * Messages for large sets. The availabilities of an iteration are written by the sweep of the next one, so that the
 * matrices are read once an iteration; `read` and `exemplars` account for that.
 *
 * @throws OptionError when three matrices of that size do not fit into 4 GB
 */
export class FastMessages implements Messages {
  private readonly n: number;
  /** Row length in numbers, a multiple of four. */
  private readonly width: number;
  private readonly sweep: Sweep;
  private readonly pointers: Readonly<Record<"s" | "r" | "a" | "base" | "support" | "next", number>>;
  private readonly r: Float32Array;
  private readonly a: Float32Array;
  private readonly base: Float32Array;
  private readonly support: Float32Array;
  private readonly next: Float32Array;
  private pending = 0;

  constructor(similarity: Float64Array | Float32Array, n: number) {
    const width = Math.ceil(n / 4) * 4;
    const bytes = 4 * (3 * n * width + 3 * width);
    if (bytes + PAGE > LARGEST)
      throw new OptionError(
        `affinity propagation of ${n} points needs ${(bytes / 2 ** 30).toFixed(1)} GB, more than 4: cluster a sample and assign the rest`,
      );
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    kernel ??= compileKernel();
    const instance = new WebAssembly.Instance(kernel, { env: { memory } });
    this.sweep = instance.exports["sweep"] as unknown as Sweep;
    this.n = n;
    this.width = width;
    const [size, line] = [4 * n * width, 4 * width];
    this.pointers = {
      s: 0,
      r: size,
      a: 2 * size,
      base: 3 * size,
      support: 3 * size + line,
      next: 3 * size + 2 * line,
    };
    const matrixAt = (pointer: number) => new Float32Array(memory.buffer, pointer, n * width);
    const lineAt = (pointer: number) => new Float32Array(memory.buffer, pointer, width);
    const s = matrixAt(this.pointers.s);
    for (let i = 0; i < n; i++) {
      s.set(similarity.subarray(i * n, (i + 1) * n), i * width);
      // a column that is only padding is nobody's best and supports nobody
      s.fill(-1e30, i * width + n, (i + 1) * width);
    }
    this.r = matrixAt(this.pointers.r);
    this.a = matrixAt(this.pointers.a);
    this.base = lineAt(this.pointers.base);
    this.support = lineAt(this.pointers.support);
    this.next = lineAt(this.pointers.next);
  }

  step(damping: number): void {
    const { n, width, pointers: at, r, base, support, next } = this;
    next.fill(0);
    this.sweep(0, n, 4 * width, at.s, at.r, at.a, at.base, at.support, at.next, this.pending, damping);
    for (let j = 0; j < n; j++) {
      const own = r[j * width + j]!;
      support[j] = next[j]! - Math.max(0, own);
      base[j] = support[j]! + own;
    }
    this.pending = damping;
  }

  exemplars(): Uint8Array {
    const { n, width, r, a, support, pending } = this;
    return Uint8Array.from({ length: n }, (_, k) => {
      const own = k * width + k;
      return r[own]! + pending * a[own]! + (1 - pending) * support[k]! > 0 ? 1 : 0;
    });
  }

  read() {
    const { n, width, pending, base, support } = this;
    const responsibility = new Float32Array(n * n);
    const availability = new Float32Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const r = this.r[i * width + j]!;
        const fresh = i === j ? support[j]! : Math.min(0, base[j]! - Math.max(0, r));
        responsibility[i * n + j] = r;
        availability[i * n + j] = pending * this.a[i * width + j]! + (1 - pending) * fresh;
      }
    return { responsibility, availability };
  }

  dispose(): void {}
}
