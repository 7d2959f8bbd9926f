import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { OptionError, Random } from "../../../src/core";
import { DocumentSet } from "../../../src/data";
import { startEngine } from "../../../src/engine";
import { DocumentModel } from "../../../src/papers/finecl/documents/document-model";
import { pairData } from "../../../src/papers/finecl/documents/instances";
import { EQUAL_WEIGHTS } from "../../../src/papers/finecl/order/order-weights";
import {
  OBJECTIVES,
  pretrainTask,
  withQuery,
  type PretrainMethod,
} from "../../../src/papers/finecl/pretraining/pretraining";
import { relationRoles } from "../../../src/papers/finecl/pretraining/relation-batch";
import { train } from "../../../src/train";
import { smallDocuments, smallEncoderFolder } from "../mccl/small-world";

beforeAll(() => startEngine());

const OPTIONS = { negatives: 16, nonePerDocument: 32, temperature: 0.05, maskRate: 0.15 };

describe("roles of relation discrimination", () => {
  const data = pairData(smallDocuments(12));
  const documents = data.documents.map((_, at) => at);
  const roles = relationRoles(data, documents, EQUAL_WEIGHTS, OPTIONS, new Random(1));

  it("pair mates of one relation, each the anchor of the other", () => {
    expect(roles.pairs.length).toBeGreaterThan(4);
    for (const [a, b] of roles.pairs) {
      expect(roles.rows[a]!.label).toBe(roles.rows[b]!.label);
      expect(roles.pairs).toContainEqual([b, a]);
    }
  });

  it("take negatives of another label that share no entity in their document, NA among them", () => {
    roles.negatives.forEach((own, at) => {
      const anchor = roles.rows[roles.pairs[at]![0]]!;
      expect(own.length).toBeLessThanOrEqual(16);
      for (const row of own.map((index) => roles.rows[index]!)) {
        expect(row.label).not.toBe(anchor.label);
        if (row.place === anchor.place)
          expect([anchor.pair.head, anchor.pair.tail]).not.toContain(row.pair.head);
      }
    });
    expect(roles.negatives.flat().some((index) => roles.rows[index]!.label === 0)).toBe(true);
  });

  it("leave out instances of weight 0", () => {
    const none = relationRoles(data, documents, { of: () => 0, none: 1 }, OPTIONS, new Random(1));
    expect(none.pairs).toEqual([]);
    expect(none.rows.every(({ label }) => label === 0)).toBe(true);
  });
});

describe("entity discrimination", () => {
  it("reads relation, head, [SEP] and the document, with every mention in its place", async () => {
    const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64 });
    const [document] = smallDocuments(1).items;
    const found = withQuery(document!, 1, "near", model.separator);
    const words = (one: typeof found, at: number) =>
      one.text.slice(one.mentions[at]!.start, one.mentions[at]!.end);
    const head = document!.entities[1]!.mentions[0]!;
    expect(found.text).toBe(`near ${words(document!, head)} [SEP] ${document!.text}`);
    document!.mentions.forEach((_, at) => expect(words(found, at)).toBe(words(document!, at)));
    const { ids } = model.batch([found], [{ document: 0, head: 0, tail: 1 }]);
    expect([...ids].filter((id) => id === model.tokenizer.idOf("[SEP]"))).toHaveLength(2);
    model.dispose();
  });
});

describe("pre-training", () => {
  async function losses(method: PretrainMethod, weights = EQUAL_WEIGHTS) {
    const before = tf.memory().numTensors;
    const isMarked = OBJECTIVES[method].blank > 0;
    const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64, isMarked });
    const task = pretrainTask(
      model,
      pairData(smallDocuments(12)),
      OBJECTIVES[method],
      weights,
      OPTIONS,
      method,
    );
    const found: Record<string, number>[] = [];
    const options = { random: new Random(3), steps: 2, batchSize: 6, accumulate: 2 };
    for await (const { terms } of train(task, options)) found.push({ ...terms });
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
    return found;
  }

  it.each([
    ["finecl", ["L_R", "L_E", "L_MLM"]],
    ["wcl", ["L_R", "L_MLM"]],
    ["cp", ["L_R", "L_MLM"]],
    ["mtb", ["L_R", "L_MLM"]],
  ] as const)("of %s has the terms %j", async (method, names) => {
    const found = await losses(method);
    expect(Object.keys(found[0]!)).toEqual(names);
    for (const terms of found) for (const value of Object.values(terms)) expect(value).toBeGreaterThan(0);
  });

  it("of FineCL with equal weights is ERICA", async () => {
    const heavy = { of: (id: string) => (id.endsWith("near") ? Math.E : 1), none: 1 };
    const [erica, equal, weighted] = [
      await losses("erica"),
      await losses("finecl"),
      await losses("finecl", heavy),
    ];
    expect(equal).toEqual(erica);
    expect(Math.abs(weighted[0]!["L_R"]! - erica[0]!["L_R"]!)).toBeGreaterThan(1e-3);
  });

  it("refuses documents without relations", async () => {
    const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64 });
    const bare = DocumentSet.from(smallDocuments(2).items.map((one) => ({ ...one, relations: [] })));
    expect(() => pretrainTask(model, pairData(bare), OBJECTIVES.cp, EQUAL_WEIGHTS, OPTIONS, "")).toThrow(
      OptionError,
    );
    model.dispose();
  });
});
