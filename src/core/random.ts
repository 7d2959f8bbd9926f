// One seed, forked by name: the only source of random numbers in relata.

/** The whole state of a generator, enough to go on exactly where it stopped. */
export interface RandomState {
  readonly key: readonly [number, number, number, number];
  readonly words: readonly [number, number, number, number];
}

/** xmur3: a string to a stream of well-mixed 32-bit words. */
function hashWords(text: string): () => number {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    return (h ^= h >>> 16) >>> 0;
  };
}

type Words = [number, number, number, number];

/**
 * A seeded generator (xoshiro128**). `fork(name)` gives an independent generator that depends on the seed and the
 * name alone, not on how many numbers were drawn: adding a draw in one place changes nothing elsewhere.
 *
 * @example const order = new Random(42).fork("sampler").shuffle([0, 1, 2, 3]);
 */
export class Random {
  private key: Words;
  private words: Words;

  constructor(seed: number | string) {
    const next = hashWords(`relata:${seed}`);
    this.key = [next(), next(), next(), next()];
    this.words = [...this.key];
  }

  /** A generator of its own for `name`. */
  fork(name: string): Random {
    return new Random(`${this.key.join("-")}/${name}`);
  }

  /** The next 32-bit unsigned integer. */
  word(): number {
    const s = this.words;
    const scrambled = Math.imul(s[1], 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.word() >>> 5) * 67108864 + (this.word() >>> 6)) / 9007199254740992;
  }

  /** An integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A normal number with mean 0 and standard deviation 1 (Box-Muller, one of the pair). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }

  /** One item; `items` must not be empty. */
  choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("choice from an empty list");
    return items[this.integer(items.length)]!;
  }

  /** `count` different items in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffle(items).slice(0, count);
  }

  /** What `Random.from` needs to go on from here. */
  get state(): RandomState {
    return { key: [...this.key], words: [...this.words] };
  }

  /** A generator that goes on where `state` was taken. */
  static from(state: RandomState): Random {
    const random = new Random(0);
    random.key = [...state.key];
    random.words = [...state.words];
    return random;
  }
}
