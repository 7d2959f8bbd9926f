// The messages of affinity propagation (Frey & Dueck 2007; paper 002, eq. 4-5), as loops over plain float64 memory.

/** The state of responsibilities r and availabilities a, both `[n, n]`. */
export interface Messages {
  /** One update of r, then of a, each kept by the share `damping` of what it was. */
  step(damping: number): void;
  /** 1 for each point k with a_kk + r_kk > 0. */
  exemplars(): Uint8Array;
  /** Copies of both, row-major. */
  read(): { readonly responsibility: ArrayLike<number>; readonly availability: ArrayLike<number> };
  dispose(): void;
}

/**
 * Messages in plain memory: two sweeps an iteration, nothing allocated. Best for small sets, where calling an engine
 * costs more than the work.
 */
export class PlainMessages implements Messages {
  private readonly responsibility: Float64Array;
  private readonly availability: Float64Array;
  private readonly support: Float64Array;

  constructor(
    private readonly similarity: Float64Array | Float32Array,
    private readonly n: number,
  ) {
    this.responsibility = new Float64Array(n * n);
    this.availability = new Float64Array(n * n);
    this.support = new Float64Array(n);
  }

  step(damping: number): void {
    this.respond(damping);
    this.avail(damping);
  }

  /** r_ij = s_ij - max_{j' != j} (s_ij' + a_ij'); then support_j = sum_{i != j} max(0, r_ij). */
  private respond(keep: number): void {
    const { n, similarity: s, responsibility: r, availability: a, support } = this;
    support.fill(0);
    for (let i = 0; i < n; i++) {
      const row = i * n;
      let [first, second, top] = [-Infinity, -Infinity, 0];
      for (let j = 0; j < n; j++) {
        const value = a[row + j]! + s[row + j]!;
        if (value > first) {
          second = first;
          first = value;
          top = j;
        } else if (value > second) second = value;
      }
      const before = r[row + top]!;
      for (let j = 0; j < n; j++) {
        const value = keep * r[row + j]! + (1 - keep) * (s[row + j]! - first);
        r[row + j] = value;
        if (value > 0) support[j]! += value;
      }
      const wrong = r[row + top]!;
      // a point that is alone has no second best: nothing speaks against it
      const right = keep * before + (1 - keep) * (n === 1 ? s[row]! : s[row + top]! - second);
      r[row + top] = right;
      support[top]! += Math.max(0, right) - Math.max(0, wrong);
    }
    for (let j = 0; j < n; j++) support[j]! -= Math.max(0, r[j * n + j]!);
  }

  /** a_ij = min(0, r_jj + sum_{i' not in {i, j}} max(0, r_i'j)); a_jj = sum_{i' != j} max(0, r_i'j). */
  private avail(keep: number): void {
    const { n, responsibility: r, availability: a, support } = this;
    const base = Float64Array.from(support, (value, j) => value + r[j * n + j]!);
    for (let i = 0; i < n; i++) {
      const row = i * n;
      const own = a[row + i]!;
      for (let j = 0; j < n; j++) {
        const given = r[row + j]!;
        const value = base[j]! - (given > 0 ? given : 0);
        a[row + j] = keep * a[row + j]! + (value < 0 ? (1 - keep) * value : 0);
      }
      a[row + i] = keep * own + (1 - keep) * support[i]!;
    }
  }

  exemplars(): Uint8Array {
    const { n, responsibility: r, availability: a } = this;
    return Uint8Array.from({ length: n }, (_, k) => (r[k * n + k]! + a[k * n + k]! > 0 ? 1 : 0));
  }

  read() {
    return { responsibility: this.responsibility.slice(), availability: this.availability.slice() };
  }

  dispose(): void {}
}
