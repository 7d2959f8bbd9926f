import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { OptionError, Random } from "../../../src/core";
import { DocumentSet } from "../../../src/data";
import { startEngine } from "../../../src/engine";
import { DocumentModel } from "../../../src/papers/finecl/documents/document-model";
import { pairData, type PairData, type PairInstance } from "../../../src/papers/finecl/documents/instances";
import { joinedDocuments } from "../../../src/papers/finecl/documents/joined-documents";
import { noisyDocuments } from "../../../src/papers/finecl/documents/noisy-documents";
import { OrderNotes } from "../../../src/papers/finecl/order/order-notes";
import { OrderTask, type OrderTaskOptions } from "../../../src/papers/finecl/order/order-task";
import { EQUAL_WEIGHTS } from "../../../src/papers/finecl/order/order-weights";
import { binaryCrossEntropy, PairClassifier } from "../../../src/papers/finecl/documents/pair-classifier";
import type { LearningOrder } from "../../../src/papers/finecl/order/learning-order";
import { OBJECTIVES, pretrainTask } from "../../../src/papers/finecl/pretraining/pretraining";
import { withThroughput } from "../../../src/papers/finecl/pretraining/throughput";
import { train } from "../../../src/train";
import { smallDocuments, smallEncoderFolder } from "../mccl/small-world";

beforeAll(() => startEngine());

const provenance = { data: "small", encoder: "small", seed: 0, steps: [] };

async function withTask<T>(
  options: Partial<OrderTaskOptions>,
  data: PairData,
  use: (task: OrderTask) => Promise<T> | T,
): Promise<T> {
  const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64 });
  const classifier = new PairClassifier(model, data.relations.length, new Random(2));
  try {
    return await use(new OrderTask(classifier, data, { noneRatio: 3, identity: "test", ...options }));
  } finally {
    classifier.dispose();
    model.dispose();
  }
}

/** The pairs of small documents, one of which has two labels. */
function twoLabels(): PairData {
  const data = pairData(smallDocuments(8));
  const pairs = data.pairs.map((own) =>
    own.map((pair) => (pair.labels.length > 0 ? { ...pair, labels: [1, 2] } : pair)),
  );
  return { ...data, pairs, isMultiLabel: true };
}

describe("stage 1 refuses", () => {
  const data = pairData(smallDocuments(4));
  it.each([
    [{ noneRatio: -1 }, data, "noneRatio is -1"],
    [{ blank: 1.5 }, data, "blank is 1.5"],
    [{ loss: "cross-entropy" }, twoLabels(), "one label a pair"],
    [{}, { ...data, documents: [], pairs: [] }, "no document"],
  ] as const)("%j with one clear sentence", async (options, given, words) => {
    await expect(withTask(options, given, () => 0)).rejects.toThrow(words);
    await expect(withTask(options, given, () => 0)).rejects.toThrow(OptionError);
  });
});

describe("when an instance counts as right [R2]", () => {
  const data = twoLabels();
  const pair: PairInstance = data.pairs.flat().find(({ labels }) => labels.length > 0)!;
  const epochs = (by: "own" | "draw", rows: readonly (readonly number[])[]) => {
    const notes = new OrderNotes(data);
    const random = new Random(1);
    rows.forEach((row, at) => notes.note(pair, row, at + 1, "batch", by, random));
    return notes
      .order("batch", rows.length, provenance)
      .instances.flatMap(({ epoch }) => (epoch === null ? [] : [epoch]));
  };

  it("a label of its own need only beat wrong classes", () => {
    expect(epochs("own", [[0, 3, 1]])).toEqual([1, 1]);
    expect(epochs("own", [[2, 3, 1]])).toEqual([1]);
    expect(epochs("own", [[4, 3, 1]])).toEqual([]);
  });

  it("the released code draws one label and asks for the best class of all", () => {
    const drawn = epochs(
      "draw",
      Array.from({ length: 12 }, () => [0, 3, 1]),
    );
    expect(drawn).toHaveLength(1);
    expect(epochs("draw", [[4, 3, 1]])).toEqual([]);
  });
});

describe("the order", () => {
  it("has no instances that a cut hides, and none of them counts as never learned", async () => {
    const [one] = smallDocuments(1).items;
    const text = `${"the car is near the wheel . ".repeat(20)}${one!.text}`;
    const by = text.length - one!.text.length;
    const move = <S extends { start: number; end: number }>(span: S): S => ({
      ...span,
      start: span.start + by,
      end: span.end + by,
    });
    const late = {
      ...one!,
      id: "late",
      text,
      sentences: [{ start: 0, end: text.length }],
      mentions: one!.mentions.map(move),
    };
    const { words: _words, ...rest } = late as typeof late & { words?: unknown };
    const data = pairData(DocumentSet.from([...smallDocuments(4).items, rest]));
    await withTask({}, data, async (task) => {
      for await (const { step } of train(task, { random: new Random(3), epochs: 1, batchSize: 5 }))
        expect(step).toBe(1);
      task.finish(1);
      for (const form of ["batch", "epoch"] as const) {
        const ids = task.notes.order(form, 1, provenance).instances.map(({ id }) => id);
        expect(ids.some((id) => id.startsWith("late"))).toBe(false);
        expect(ids.length).toBeGreaterThan(3);
        expect([...task.notes.index.keys()].some((id) => id.startsWith("late"))).toBe(true);
      }
    });
  });
});

describe("stage 1 learns", () => {
  it.each(["binary", "adaptive threshold"] as const)("several labels a pair by %s", async (loss) => {
    const before = tf.memory().numTensors;
    await withTask({ loss }, twoLabels(), async (task) => {
      const found: number[] = [];
      for await (const event of train(task, { random: new Random(3), steps: 6, batchSize: 8, rate: 3e-3 }))
        found.push(event.loss);
      expect(found.at(-1)!).toBeLessThan(found[0]!);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("without names where all entities are hidden", async () => {
    const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64 });
    const [document] = smallDocuments(1).items;
    const all = new Set(document!.entities.map((_, at) => at));
    const batch = model.batch([document!], [{ document: 0, head: 0, tail: 1 }], [all]);
    const blank = model.tokenizer.idOf("[BLANK]");
    expect([...batch.ids].filter((id) => id === blank)).toHaveLength(document!.mentions.length);
    expect(model.batch([document!], [{ document: 0, head: 0, tail: 1 }]).ids).not.toContain(blank);
    model.dispose();
  });
});

describe("pre-training", () => {
  it("has no L_R in a batch without positives, and tells its speed", async () => {
    const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64 });
    // the only labelled pair of the only document has no mate
    const [one] = smallDocuments(1).items;
    const lonely = DocumentSet.from([{ ...one!, relations: one!.relations.slice(0, 1) }]);
    const options = { negatives: 4, nonePerDocument: 4, temperature: 0.05, maskRate: 0.15 };
    const task = pretrainTask(model, pairData(lonely), OBJECTIVES.wcl, EQUAL_WEIGHTS, options, "");
    let time = 0;
    const speeds: number[] = [];
    const events = train(task, { random: new Random(3), steps: 2, batchSize: 1 });
    for await (const { event, tokensPerSecond } of withThroughput(
      events,
      () => task.tokens,
      () => (time += 500),
    )) {
      expect(event.terms["L_R"]).toBe(0);
      expect(event.terms["L_MLM"]).toBeGreaterThan(0);
      speeds.push(tokensPerSecond);
    }
    // half a second a step by this clock, the same document each time
    expect(speeds[0]).toBe(task.tokens);
    expect(speeds[1]).toBe(task.tokens);
    model.dispose();
  });
});

describe("documents joined to one", () => {
  it("keep every mention, entity and relation, in their new places", () => {
    const documents = smallDocuments(5).items;
    const found = joinedDocuments(documents, 2);
    expect(found.map(({ id }) => id)).toEqual([0, 2, 4].map((at) => documents[at]!.id));
    const facts = (own: readonly (typeof found)[number][]) =>
      own.flatMap(({ text, mentions, entities, relations }) =>
        relations.map(({ head, tail, relation }) => [
          relation,
          ...[head, tail].map((entity) =>
            entities[entity]!.mentions.map((at) => text.slice(mentions[at]!.start, mentions[at]!.end)),
          ),
        ]),
      );
    expect(facts(found)).toEqual(facts(documents));
    expect(pairData(DocumentSet.from(found)).documents).toHaveLength(3);
    expect(joinedDocuments(documents, 1)).toEqual(documents);
  });
});

describe("noise at known places", () => {
  it("refuses a rate above 1 and a set of one relation", () => {
    expect(() => noisyDocuments(smallDocuments(4), 2)).toThrow("noise rate is 2");
    const single = smallDocuments(4).items.map((one) => ({
      ...one,
      relations: one.relations.map((own) => ({ ...own, relation: "only" })),
    }));
    expect(() => noisyDocuments(DocumentSet.from(single), 0.5)).toThrow("two relations");
  });
});

describe("a training of stage 1 that was interrupted", () => {
  it("goes on to the same orders", async () => {
    const data = pairData(smallDocuments(16));
    const run = async (folder: string | undefined, stopAt: number): Promise<LearningOrder[]> =>
      withTask({ blank: 0.5 }, data, async (task) => {
        const stop = new AbortController();
        const options = { random: new Random(3), epochs: 3, batchSize: 4, rate: 1e-3, signal: stop.signal };
        const checkpoint = folder === undefined ? {} : { checkpoint: { folder, every: 3 } };
        for await (const { step } of train(task, { ...options, ...checkpoint }))
          if (step === stopAt) stop.abort();
        if (stop.signal.aborted) return [];
        task.finish(3);
        return (["batch", "epoch"] as const).map((form) => task.notes.order(form, 3, provenance));
      });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-finecl-resume-"));
    expect(await run(folder, 7)).toEqual([]);
    const resumed = await run(folder, 0);
    expect(resumed).toEqual(await run(undefined, 0));
    expect(resumed[0]!.instances.some(({ epoch }) => epoch !== null)).toBe(true);
    fs.rmSync(folder, { recursive: true });
  });
});

describe("binary cross-entropy", () => {
  it("has the gradient of finite differences", () => {
    const [scores, targets] = [
      [0.3, -2, 1.7, 0.01],
      [1, 0, 0, 1],
    ];
    const loss = (values: readonly number[]): number =>
      tf.tidy(() => binaryCrossEntropy(tf.tensor2d([[...values]]), tf.tensor2d([targets!])).dataSync()[0]!);
    const slopes = tf.tidy(() =>
      Array.from(
        tf
          .grad((x) => binaryCrossEntropy(x as tf.Tensor2D, tf.tensor2d([targets!])))(tf.tensor2d([scores!]))
          .dataSync(),
      ),
    );
    scores!.forEach((_, at) => {
      const moved = (by: number): number[] => scores!.map((value, i) => (i === at ? value + by : value));
      expect(slopes[at]).toBeCloseTo((loss(moved(1e-2)) - loss(moved(-1e-2))) / 2e-2, 3);
    });
  });
});
