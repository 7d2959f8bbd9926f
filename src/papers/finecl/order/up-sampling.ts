// Up-sampling of rare relations (Hogan et al. 2022, section 3.1): unlearned instances get an epoch until half are learned.

import { OptionError, type Random } from "../../../core";
import type { LearnedInstance, LearningOrder } from "./learning-order";

/**
 * For each relation with less than `share` of its instances learned, random unlearned ones get an epoch drawn from the
 * relation's own learned epochs, evenly from all where it has none [R4], until the share is reached. Default share 0.5.
 */
export function upSample(order: LearningOrder, random: Random, share = 0.5): LearningOrder {
  if (!(share >= 0 && share <= 1)) throw new OptionError(`share is ${share}: expected a number from 0 to 1`);
  const byRelation = new Map<string, LearnedInstance[]>();
  for (const instance of order.instances) {
    const own = byRelation.get(instance.relation);
    if (own === undefined) byRelation.set(instance.relation, [instance]);
    else own.push(instance);
  }
  const given = new Map<string, number>();
  for (const [relation, own] of byRelation) {
    const learned = own.flatMap(({ epoch }) => (epoch === null ? [] : [epoch]));
    const wanted = Math.ceil(share * own.length) - learned.length;
    if (wanted <= 0) continue;
    const draws = random.fork(relation);
    const unlearned = own.filter(({ epoch }) => epoch === null);
    for (const { id } of draws.sample(unlearned, wanted))
      given.set(id, learned.length > 0 ? draws.choice(learned) : 1 + draws.integer(order.epochs));
  }
  return {
    ...order,
    instances: order.instances.map((one) => ({ ...one, epoch: given.get(one.id) ?? one.epoch })),
    provenance: { ...order.provenance, steps: [...order.provenance.steps, `upSample(${share})`] },
  };
}
