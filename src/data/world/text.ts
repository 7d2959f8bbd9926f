// All that the world says without labels: sentences for masked-word pre-training and for a vocabulary.

import { drawFact, voiceFor, type ViewSource } from "./sentence-views";
import { sentenceOf } from "./sentences";
import { distractorOf, statementOf } from "./statements";
import { drugEffectSets } from "./drug-effects";

/** Sentences of the part of the world kept for text: two of three state a relation, some name a pair, some an effect. */
export function worldText(source: ViewSource, count: number): readonly string[] {
  const voice = voiceFor(source, "text", "text");
  const effects = drugEffectSets(source, { text: Math.ceil(count / 8) }).get("text")!.items;
  return Array.from({ length: count }, (_, at): string => {
    if (at % 8 === 7) return effects[(at - 7) / 8]!.text;
    const { head, tail, relation } = drawFact(voice);
    const statement = at % 4 === 3 ? distractorOf(voice, head, tail, 0.25) : statementOf(voice, relation);
    return sentenceOf(voice, head, tail, statement, relation).text;
  });
}
