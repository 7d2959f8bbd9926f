// Where a trained model is right: bags that it learnt from, bags of one sentence and of several, the other way at test.

import type { Bag } from "../../data";
import type { BagData } from "./bag-data";
import type { HiClreModel } from "./hiclre-model";
import { scoreBags } from "./score";

/** Areas under the precision-recall curve by distant labels, in points. */
export interface Parts {
  readonly test: number;
  /** Of as many training bags as there are test bags: what was learnt by heart. */
  readonly training: number;
  /** Of test bags of one sentence, which has nobody to look at, and of several. */
  readonly one: number;
  readonly several: number;
  /** Of the test bags with recontextualization left out where the settings have it at test, and the other way round. */
  readonly otherAtTest: number;
}

/** The areas of a trained model; `atTest` is its setting `recontextualizationAtTest`. */
export function partsOf(model: HiClreModel, data: BagData, atTest: boolean): Parts {
  const { relations, test, train } = data;
  const width = relations.length;
  const areaOf = (bags: readonly Bag[], scores: Float32Array): number =>
    scoreBags(bags, relations, scores, { ranks: [] }).scores.AUC;
  const { scores } = model.score(test);
  const among = (isIn: (bag: Bag) => boolean): number => {
    const places = test.flatMap((bag, place) => (isIn(bag) ? [place] : []));
    const own = new Float32Array(places.length * width);
    places.forEach((place, row) => own.set(scores.subarray(place * width, (place + 1) * width), row * width));
    return areaOf(
      places.map((place) => test[place]!),
      own,
    );
  };
  const seen = train.slice(0, test.length);
  return {
    test: areaOf(test, scores),
    training: areaOf(seen, model.score(seen).scores),
    one: among(({ sentences }) => sentences.length === 1),
    several: among(({ sentences }) => sentences.length > 1),
    otherAtTest: areaOf(test, model.score(test, !atTest).scores),
  };
}
