import { describe, expect, it } from "vitest";
import {
  bagsOf,
  bioTags,
  buildWorld,
  checkDocument,
  checkSentence,
  openAny,
  openDataset,
  openDocuments,
  textOf,
  type World,
} from "../../../src/data";

const small = {
  bags: { train: 60, dev: 10, test: 30 },
  unlabelled: { train: 60, dev: 12, test: 30 },
  distantDocuments: { train: 30, clean: 10, dev: 5, test: 10 },
  drugEffects: { train: 40, dev: 5, test: 20 },
  documents: { train: 15, dev: 5, test: 8, unlabelled: 20 },
  text: 80,
};
const worldOf = (seed: number, control = false): World => buildWorld({ seed, control, ...small });

/** Every set of a world, each split of each view. */
function setsOf(world: World): (Iterable<unknown> & { readonly ids: readonly string[] })[] {
  const three = ["train", "dev", "test"];
  return [
    ...three.map((split) => world.bags({ split })),
    ...three.map((split) => world.unlabelled({ split })),
    ...[...three, "clean"].map((split) => world.distantDocuments({ split })),
    ...three.map((split) => world.drugEffects({ split })),
    ...[...three, "unlabelled"].map((split) => world.documents({ split })),
    ...three.map((split) => world.documents({ split, form: "undirected, single-label" })),
  ];
}

describe("opening by name", () => {
  it.each(["world", "world-control"])("opens every view of %s, by split or by name", async (name) => {
    const bags = await openDataset(`${name}/bags`, { split: "test" });
    expect(bags.name).toBe(`${name}/bags/test`);
    expect((await openDataset(`${name}/bags/test`)).items).toEqual(bags.items);
    expect((await openDataset(`${name}/unlabelled`)).relations).toHaveLength(12);
    for (const view of ["distant-documents", "drug-effects", "documents", "undirected-documents"])
      expect((await openDocuments(`${name}/${view}`, { split: "dev" })).length).toBeGreaterThan(50);
    await expect(openAny(`${name}/bags`, { split: "tst" })).rejects.toThrow(
      `unknown split of ${name}/bags "tst": did you mean "test"? known: train, dev, test`,
    );
  });
});

describe.each([
  [1, false],
  [7, false],
  [1, true],
])("a world of seed %i, control %s", (seed, control) => {
  const world = worldOf(seed, control);

  it("gives the same again from the same seed, and other texts from another", () => {
    const bytes = (one: World): string => JSON.stringify([...setsOf(one).map((set) => [...set]), one.text()]);
    expect(bytes(worldOf(seed, control))).toBe(bytes(world));
    expect(bytes(worldOf(seed + 1, control))).not.toBe(bytes(world));
  });

  it("puts every mention where its name stands", () => {
    const names = new Map<string, string[]>();
    for (const { entities } of Object.values(world.pools))
      for (const { id, full, aliases } of Object.values(entities).flat())
        names.set(
          id,
          [full, ...aliases].map((name) => name.toLowerCase()),
        );
    const sentences = ["train", "dev", "test"].flatMap((split) => [
      ...world.bags({ split }),
      ...world.unlabelled({ split }),
    ]);
    for (const sentence of sentences) {
      checkSentence(sentence);
      for (const mention of [sentence.head, sentence.tail])
        expect(names.get(mention.entity!)).toContain(textOf(sentence.text, mention).toLowerCase());
      expect(sentence.head.entity).not.toBe(sentence.tail.entity);
      expect(sentence.text).toMatch(/^[\p{Lu}].*[^,;]\.$/u);
      expect(sentence.text).not.toMatch(/[{}[\]|~+]| {2}|,,/);
    }
    const documents = ["train", "dev", "test"].flatMap((split) => [
      ...world.documents({ split }),
      ...world.distantDocuments({ split }),
    ]);
    for (const document of documents) {
      checkDocument(document);
      for (const mention of document.mentions)
        expect(names.get(mention.entity!)).toContain(textOf(document.text, mention).toLowerCase());
      for (const span of document.sentences) expect(textOf(document.text, span)).toMatch(/^\p{Lu}.*\.$/u);
    }
  });

  it("labels clean views by what they state", () => {
    for (const { relation, truth } of world.unlabelled()) expect(truth!.relation).toBe(relation);
    for (const split of ["clean", "dev", "test"])
      for (const { relations, truth } of world.distantDocuments({ split })) {
        expect(relations.length).toBe(truth!.length);
        relations.forEach((relation, at) => expect(truth![at]).toMatchObject(relation));
      }
  });

  it("has effects whose words can be tagged", () => {
    for (const document of world.drugEffects()) {
      expect(document.relations.length).toBeGreaterThan(0);
      const tags = bioTags(document);
      const outer = document.mentions.filter(
        ({ start, end }) => !document.mentions.some((one) => one.start <= start && one.end > end),
      );
      expect(tags.filter((tag) => tag.startsWith("B-")).length).toBe(outer.length);
      for (const { head, tail } of document.relations) {
        expect(document.mentions[head]!.type).toBe("Adverse-Effect");
        expect(document.mentions[tail]!.type).toBe("Drug");
      }
    }
  });

  it("has mentions inside others", () => {
    const count = world.documents().tally()["sentences with overlapping entities"]!;
    expect(count).toBeGreaterThan(0);
  });

  it("has a tree that holds every relation once", () => {
    expect(world.relations).toHaveLength(12);
    expect(new Set(world.relations).size).toBe(12);
    for (const relation of world.relations) expect(world.tree[world.parentOf(relation)]).toContain(relation);
    expect(() => world.parentOf("funded by")).toThrow('did you mean "founded by"');
  });
});

describe("sizes", () => {
  it("may be none, one, or many times the usual", () => {
    const none = buildWorld({ ...small, unlabelled: { train: 0, dev: 0, test: 1 } });
    expect([none.unlabelled().length, none.unlabelled({ split: "test" }).length]).toEqual([0, 1]);
    const many = buildWorld({ bags: { train: 8000, dev: 0, test: 0 } });
    expect(bagsOf(many.bags(), { by: "triple" }).length).toBeGreaterThan(7900);
    expect(none.text({ sentences: 3 })).toHaveLength(3);
  });

  it("and rates out of bounds, views and splits that there are not, are told of", () => {
    expect(() => buildWorld({ bags: { train: 1.5 } })).toThrow("size 1.5: give whole numbers from 0");
    expect(() => buildWorld(small).text({ sentences: -1 })).toThrow("size -1: give whole numbers from 0");
    const wrong =
      (sizes: object): (() => World) =>
      () =>
        buildWorld(sizes);
    expect(wrong({ bagz: { train: 5 } })).toThrow('unknown view of the world "bagz": did you mean "bags"');
    expect(wrong({ drugEffects: { train: 5, tset: 3 } })).toThrow(
      'did you mean "test"? known: train, dev, test',
    );
    expect(wrong({ text: { train: 5 } })).toThrow("size of text: give 20000 or the like");
    expect(wrong({ unlabelled: 5 })).toThrow('size of unlabelled: give {"train":1200,"dev":300,"test":600}');
    expect(() => buildWorld(small).bags({ noise: 2 })).toThrow("noise rate 2: give a number from 0 to 1");
    expect(() => buildWorld(small).unlabelled({ split: "tets" })).toThrow('did you mean "test"');
  });
});

describe("noise", () => {
  const world = buildWorld({ bags: { train: 1500, dev: 0, test: 1000 } });
  const share = (noise: number, split = "train"): number => {
    const labelled = world.bags({ noise, split }).filter(({ relation }) => relation !== "NA");
    return labelled.count(({ relation, truth }) => truth!.relation !== relation) / labelled.length;
  };

  it("is there at the rate asked for, and known sentence by sentence", () => {
    expect(share(0)).toBe(0);
    expect(share(0.4)).toBeGreaterThan(0.37);
    expect(share(0.4)).toBeLessThan(0.43);
    expect(share(0.4, "test")).toBeGreaterThan(0.36);
    expect(share(0.4, "test")).toBeLessThan(0.44);
    expect(share(1, "test")).toBe(1);
  });

  it("shows in bags as the relations that their sentences state", () => {
    const bags = bagsOf(world.bags({ noise: 0.4 }), { by: "triple" });
    const [noisy, clean] = [bags.filter(isNoisy), bags.filter((bag) => !isNoisy(bag))];
    expect(noisy.length).toBeGreaterThan(100);
    expect(clean.length).toBeGreaterThan(noisy.length);
    function isNoisy({ relations, truth }: (typeof bags.items)[number]): boolean {
      return !truth!.includes(relations[0]!);
    }
  });

  it("is none in the control", () => {
    for (const { relation, truth } of buildWorld({ control: true, ...small }).bags())
      expect(truth!.relation).toBe(relation);
  });
});
