// What a label must not be read from: names, lengths, places in a sentence, ids, order, sentences seen in training.

import { describe, expect, it } from "vitest";
import { buildWorld, findCard, textOf, verifyDataset, worldHash, type Sentence } from "../../../src/data";
import { worldContent } from "../../../src/data/world/content";
import { voiceFor } from "../../../src/data/world/sentence-views";
import { resolve, write } from "../../../src/data/world/template";

const world = buildWorld();
const [train, test] = [world.unlabelled().items, world.unlabelled({ split: "test" }).items];
const gold = (sentence: Sentence): string => sentence.relation!;

/** Share of test sentences whose relation is the commonest of those that share their key in training. */
function byKey(keyOf: (sentence: Sentence) => string, from = train, on = test): number {
  const tables = new Map<string, Map<string, number>>();
  for (const sentence of from) {
    const table = tables.get(keyOf(sentence)) ?? new Map<string, number>();
    tables.set(keyOf(sentence), table.set(gold(sentence), (table.get(gold(sentence)) ?? 0) + 1));
  }
  const right = on.filter((sentence) => {
    const best = [...(tables.get(keyOf(sentence)) ?? [])].sort((a, b) => b[1] - a[1])[0];
    return best?.[0] === gold(sentence);
  });
  return right.length / on.length;
}

/** Share that a naive Bayes classifier on features gets right. */
function byBayes(featuresOf: (sentence: Sentence) => string[]): number {
  const relations = [...new Set(train.map(gold))];
  const counts = new Map(relations.map((relation) => [relation, new Map<string, number>()]));
  const totals = new Map(relations.map((relation) => [relation, 0]));
  const vocabulary = new Set<string>();
  for (const sentence of train)
    for (const feature of featuresOf(sentence)) {
      const own = counts.get(gold(sentence))!;
      own.set(feature, (own.get(feature) ?? 0) + 1);
      totals.set(gold(sentence), totals.get(gold(sentence))! + 1);
      vocabulary.add(feature);
    }
  const prior = new Map(
    relations.map((relation) => [relation, train.filter((one) => gold(one) === relation).length]),
  );
  const scoreOf = (relation: string, features: readonly string[]): number =>
    features.reduce(
      (sum, feature) => {
        const count = counts.get(relation)!.get(feature) ?? 0;
        return sum + Math.log((count + 0.5) / (totals.get(relation)! + 0.5 * vocabulary.size));
      },
      Math.log(prior.get(relation)!),
    );
  const right = test.filter((sentence) => {
    const features = featuresOf(sentence).filter((feature) => vocabulary.has(feature));
    const scores = relations.map((relation): [string, number] => [relation, scoreOf(relation, features)]);
    return scores.sort((a, b) => b[1] - a[1])[0]![0] === gold(sentence);
  });
  return right.length / test.length;
}

/** Share that the 25 nearest training sentences by these numbers get right. */
function byNeighbours(numbersOf: (sentence: Sentence) => number[]): number {
  const known = train.map((sentence) => ({ at: numbersOf(sentence), relation: gold(sentence) }));
  const right = test.filter((sentence) => {
    const at = numbersOf(sentence);
    const near = known
      .map((one) => ({
        far: one.at.reduce((sum, x, i) => sum + (x - at[i]!) ** 2, 0),
        relation: one.relation,
      }))
      .sort((a, b) => a.far - b.far)
      .slice(0, 25);
    const votes = new Map<string, number>();
    for (const { relation } of near) votes.set(relation, (votes.get(relation) ?? 0) + 1);
    return [...votes].sort((a, b) => b[1] - a[1])[0]![0] === gold(sentence);
  });
  return right.length / test.length;
}

const majority = byKey(() => "");
const types = byKey(({ head, tail }) => `${head.type} ${tail.type}`);

describe("a relation cannot be read", () => {
  it("from the names of its entities any better than from their types", () => {
    const lettersOf = (name: string): string[] =>
      [...name.toLowerCase()].map((_, at) => ` ${name.toLowerCase()} `.slice(at, at + 3));
    const names = byBayes((sentence) => [
      ...lettersOf(textOf(sentence.text, sentence.head)).map((letters) => `h ${letters}`),
      ...lettersOf(textOf(sentence.text, sentence.tail)).map((letters) => `t ${letters}`),
    ]);
    expect(types).toBeGreaterThan(0.45);
    expect(types).toBeLessThan(0.7);
    expect(names).toBeLessThan(types + 0.02);
  });

  it("from lengths and places any better than by guessing the commonest", () => {
    const numbersOf = ({ text, head, tail }: Sentence): number[] => [text.length, head.start, tail.start];
    expect(byNeighbours(numbersOf)).toBeLessThan(majority + 0.05);
    expect(byKey(({ text }) => String(Math.floor(text.length / 12)))).toBeLessThan(majority + 0.03);
    expect(byKey(({ head, tail }) => String(head.start < tail.start))).toBeLessThan(majority + 0.03);
  });

  it("from ids and order", () => {
    const numberOf = (id: string): number => Number(id.replace(/\D/g, ""));
    expect(byKey(({ id }) => String(Math.floor(numberOf(id) / 100)))).toBeLessThan(majority + 0.03);
    const ofHead = ({ head }: Sentence): string => String(Math.floor(numberOf(head.entity!) / 50));
    expect(byKey(ofHead)).toBeLessThan(majority + 0.03);
    const same = train.filter((sentence, at) => at > 0 && gold(sentence) === gold(train[at - 1]!)).length;
    const shares = [...world.unlabelled().counts.values()].map((count) => count / train.length);
    const expected = shares.reduce((sum, share) => sum + share * share, 0);
    expect(Math.abs(same / train.length - expected)).toBeLessThan(0.03);
  });
});

describe("the control", () => {
  it("lets a relation be read from types no better than by guessing", () => {
    const control = buildWorld({ control: true });
    const [learnt, asked] = [control.unlabelled().items, control.unlabelled({ split: "test" }).items];
    const guess = byKey(() => "", learnt, asked);
    expect(guess).toBeGreaterThan(0.08);
    expect(byKey(({ head, tail }) => `${head.type} ${tail.type}`, learnt, asked)).toBeLessThan(guess + 0.03);
  });
});

describe("the control's test sentences", () => {
  it("are of the relations of its training sentences, in their shares", () => {
    const control = buildWorld({ control: true });
    const [learnt, asked] = [control.unlabelled(), control.unlabelled({ split: "test" })];
    for (const relation of control.relations) {
      const shares = [learnt, asked].map(({ counts, length }) => counts.get(relation)! / length);
      expect(Math.abs(shares[0]! - shares[1]!)).toBeLessThan(0.04);
    }
  });
});

describe("training and test", () => {
  it("share no entity, no name and no fact", () => {
    const namesOf = (pool: "train" | "dev" | "test" | "text"): string[] =>
      Object.values(world.pools[pool].entities)
        .flat()
        .flatMap(({ full, id }) => [full.toLowerCase(), id]);
    const all = [...namesOf("train"), ...namesOf("dev"), ...namesOf("test"), ...namesOf("text")];
    expect(new Set(all).size).toBe(all.length);
  });

  it("share no filled template: no two sentences differ in their names and numbers alone", () => {
    const names = new Map<string, string>();
    for (const { entities } of Object.values(world.pools))
      for (const { full, aliases, type } of Object.values(entities).flat())
        for (const name of [full, ...aliases]) names.set(name.toLowerCase(), type);
    const longest = [...names.keys()].sort((a, b) => b.length - a.length);
    const pattern = new RegExp(
      longest.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"),
      "gi",
    );
    const skeletonOf = ({ text }: { readonly text: string }): string =>
      text
        .replace(pattern, (name) => `<${names.get(name.toLowerCase())!}>`)
        .replace(/\d+/g, "0")
        .toLowerCase();
    for (const [learnt, asked] of [
      [world.unlabelled().items, world.unlabelled({ split: "test" }).items],
      [world.bags().items, world.bags({ split: "test" }).items],
      [world.drugEffects().items, world.drugEffects({ split: "test" }).items],
    ] as const) {
      const seen = new Set(learnt.map(skeletonOf));
      const again = asked.filter((item) => seen.has(skeletonOf(item)));
      expect(again.map(({ text }) => text)).toEqual([]);
    }
  }, 60_000);
});

describe("the wording", () => {
  const content = worldContent();
  const voice = voiceFor(
    { content, pools: world.pools, seed: 1, isControl: false },
    "train",
    "test of the wording",
  );
  const templates: [string, string][] = [
    ...Object.entries(content.relations).flatMap(([relation, { headFirst, tailFirst, nearMisses }]) =>
      [...(headFirst ?? []), ...(tailFirst ?? []), ...(nearMisses ?? [])].map((one): [string, string] => [
        relation,
        one,
      ]),
    ),
    ...content.shared.flatMap(({ headFirst, tailFirst }) =>
      [...headFirst, ...tailFirst].map((one): [string, string] => ["shared", one]),
    ),
    ...Object.entries(content.clauses.distractors).flatMap(([kind, list]) =>
      list.map((one): [string, string] => [kind, one]),
    ),
  ];
  const [h, t] = [world.pools.train.entities.person[0]!, world.pools.train.entities.person[1]!];

  it.each(templates)("%s: %s names head and tail once, whatever is chosen", (_, template) => {
    for (let draw = 0; draw < 30; draw++) {
      const { mentions } = write(voice, resolve(voice, template, { h, t }), { h, t });
      expect(
        mentions
          .map(({ slot }) => slot)
          .filter((slot) => slot.length === 1)
          .sort(),
      ).toEqual(["h", "t"]);
    }
  });

  it("says every relation in four to eight ways, head first as often as tail first", () => {
    for (const relation of world.relations) {
      const { headFirst, tailFirst, isSymmetric, inverse } = content.relations[relation]!;
      const own = content.relations[headFirst === undefined ? inverse! : relation]!;
      const ways = [...(own.headFirst ?? []), ...(own.tailFirst ?? [])];
      const shared = content.shared.filter(({ relations }) => relations.includes(relation));
      expect(ways.length).toBeGreaterThanOrEqual(4);
      expect(ways.length).toBeLessThanOrEqual(8);
      if (!isSymmetric && headFirst !== undefined) expect(headFirst.length).toBe(tailFirst!.length);
      if (relation !== "interacts with") expect(shared.length).toBeGreaterThan(0);
    }
  });
});

describe("the frozen world", () => {
  it("has the hash that its cards name", () => {
    for (const name of ["world", "world-control"])
      expect(findCard(name).facts.faults.join(" ")).toContain(`parameters ${worldHash()}`);
  });

  it.each(["world", "world-control"])(
    "has, item by item, the contents of the card of %s",
    (name) => {
      const digest = buildWorld({ control: name !== "world" }).digest();
      expect(findCard(name).facts.faults.join(" ")).toContain(`contents ${digest}`);
      const { state, problems } = verifyDataset(findCard(name));
      expect([state, problems]).toEqual(["ok", []]);
    },
    60_000,
  );
});
