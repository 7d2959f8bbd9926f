// Whole sentences: a statement with a lead, a topic, a hint, or a second pair beside it.

import type { Sentence } from "../sentence";
import type { Fact, WorldEntity } from "./knowledge";
import { statementOf, type Statement } from "./statements";
import { happens, pick, resolve, write, type Slots, type Voice, type Written } from "./template";

/** The parent of a relation in the tree; undefined for one that is not in it. */
export function parentIn(
  parents: Readonly<Record<string, readonly string[]>>,
  relation: string,
): string | undefined {
  return Object.entries(parents).find(([, leaves]) => leaves.includes(relation))?.[0];
}

/** The template of a statement with all that stands around it, and the slots of any second pair. */
export function adorn(
  voice: Voice,
  { template, about, truth, isShared }: Statement,
  slots: Slots,
): { resolved: string; slots: Slots; second?: { fact: Fact; statement: Statement } } {
  if (voice.isPlain) return { resolved: resolve(voice, template, slots), slots };
  const { clauses, parents, relations } = voice.content;
  let line = template;
  const parent = parentIn(parents, about);
  const own = relations[about]!;
  const hints = own.hints ?? relations[own.inverse ?? about]!.hints ?? [];
  const states = truth.relation === about;
  if (states && hints.length > 0 && happens(voice, isShared ? "hintOfShared" : "hint"))
    line += pick(voice, hints);
  else if (parent !== undefined && happens(voice, "topic")) line += pick(voice, clauses.topics[parent]!);
  else if (happens(voice, "tail")) line += pick(voice, clauses.tails);
  if (happens(voice, "secondPair")) {
    const fact = voice.random.choice(voice.pool.facts);
    const taken = Object.values(slots);
    if (!taken.includes(fact.head) && !taken.includes(fact.tail)) {
      const statement = statementOf(voice, fact.relation);
      const other = statement.template.replace(/\{([ht])(\+?)\}/g, "{$12$2}");
      const parts = voice.random.uniform() < 0.5 ? [line, other] : [other, line];
      const joined = parts.join(pick(voice, clauses.joins));
      const all = { ...slots, h2: fact.head, t2: fact.tail };
      return { resolved: resolve(voice, joined, all), slots: all, second: { fact, statement } };
    }
  }
  if (happens(voice, "lead")) line = pick(voice, clauses.leads) + line;
  return { resolved: resolve(voice, line, slots), slots };
}

/** A sentence about a pair, with the truth about what it states; `label` is the relation that it is given. */
export function sentenceOf(
  voice: Voice,
  head: WorldEntity,
  tail: WorldEntity,
  statement: Statement,
  label: string,
): DraftedSentence {
  const { resolved, slots } = adorn(voice, statement, { h: head, t: tail });
  const written = write(voice, resolved, slots);
  const mentionOf = (slot: string): Sentence["head"] => {
    const { start, end, entity } = written.mentions.find((mention) => mention.slot === slot)!;
    return { start, end, type: entity.type, entity: entity.id };
  };
  return {
    text: written.text,
    head: mentionOf("h"),
    tail: mentionOf("t"),
    relation: label,
    truth: statement.truth,
    skeleton: skeletonOf(written),
  };
}

/** A sentence without id, and its skeleton. */
export interface DraftedSentence extends Omit<Sentence, "id"> {
  readonly skeleton: string;
}

/** The text with mentions replaced by their types and numbers by 0: two sentences with one skeleton are one template, filled. */
export function skeletonOf({ text, mentions }: Written): string {
  let [skeleton, from] = ["", 0];
  for (const { start, end, entity } of mentions) {
    skeleton += `${text.slice(from, start)}<${entity.type}>`;
    from = end;
  }
  return (skeleton + text.slice(from)).replace(/\d+/g, "0").toLowerCase();
}
