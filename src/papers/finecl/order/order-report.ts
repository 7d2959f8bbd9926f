// What is reported of a learning order: shares by epoch and relation, label accuracy and AUROC where the truth is known.

import type { Json } from "../../../experiments";
import { cumulativeShares, newlyLearned, type LearningOrder } from "./learning-order";
import { areaUnderRoc, labelAccuracy, orderScores } from "./noise-detection";

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

const atEpochs = (from: number, to: number) => (epoch: number | null) =>
  epoch !== null && epoch >= from && epoch <= to;

/** What is known of an order where the truth is known; shares where it is not. */
export function judged(order: LearningOrder, right: ReadonlySet<string> | undefined): Json {
  const own = { newly: newlyLearned(order), shares: cumulativeShares(order).map(round) };
  if (right === undefined) return { ...own, accuracy: null };
  const accuracy = (isIn: (epoch: number | null) => boolean): number | null =>
    labelAccuracy(order, right, isIn).accuracy;
  const byEpoch = Array.from({ length: order.epochs }, (_, at) => accuracy(atEpochs(at + 1, at + 1)));
  const isRight = order.instances.map(({ id }) => right.has(id));
  return {
    ...own,
    accuracy: {
      byEpoch,
      first: accuracy(atEpochs(1, 1)),
      second: accuracy(atEpochs(2, 3)),
      late: accuracy(atEpochs(4, order.epochs)),
      early: accuracy(atEpochs(1, 3)),
      later: accuracy(atEpochs(4, 6)),
      learned: accuracy((epoch) => epoch !== null),
      never: accuracy((epoch) => epoch === null),
      all: accuracy(() => true),
    },
    ...countsByTruth(order, right),
    auroc: areaUnderRoc(orderScores(order), isRight),
  };
}

/** Right and wrong labels first learned in each epoch, and how many of both never were. */
function countsByTruth(
  { epochs, instances }: LearningOrder,
  right: ReadonlySet<string>,
): Record<string, number[]> {
  const parts = [true, false].map((isRight) => instances.filter(({ id }) => right.has(id) === isRight));
  const [clean, wrong] = parts.map((own) => newlyLearned({ epochs, instances: own }));
  const [cleanNever, wrongNever] = parts.map((own) => own.filter(({ epoch }) => epoch === null).length);
  return { right: clean!, wrong: wrong!, rightNever: [cleanNever!], wrongNever: [wrongNever!] };
}

/** For each relation the share learned in each epoch. */
export function epochsByRelation({ epochs, instances }: LearningOrder): Record<string, number[]> {
  const names = [...new Set(instances.map(({ relation }) => relation))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const own = instances.filter(({ relation }) => relation === name);
      return [name, newlyLearned({ epochs, instances: own }).map((count) => round(count / own.length))];
    }),
  );
}
