// The view of drugs and their adverse effects: one sentence a document, with mentions, words and relations.

import { Random } from "../../core";
import type { Document } from "../document";
import type { Mention } from "../sentence";
import { DocumentSet } from "../sets/document-set";
import type { EffectStructure, PoolName, SplitSizes } from "./content";
import type { WorldEntity } from "./knowledge";
import { skeletonOf } from "./sentences";
import { voiceFor, type ViewSource } from "./sentence-views";
import { happens, pick, resolve, write, type Voice, type Written } from "./template";
import { wordSpans } from "./words";

/** Mention types and the relation, as the published corpus of adverse drug effects spells them. */
export const EFFECT_LABELS = { drug: "Drug", effect: "Adverse-Effect", relation: "Adverse-Effect" } as const;

/** One sentence a document; a relation goes from the effect to the drug that had it. */
export function drugEffectSets(source: ViewSource, sizes: SplitSizes): Map<string, DocumentSet> {
  const taken = new Set<string>();
  const sets = new Map<string, DocumentSet>();
  for (const [split, size] of Object.entries(sizes)) {
    const voice = voiceFor(source, split as PoolName, `drug-effects ${split}`);
    const order = new Random(source.seed).fork("world").fork(`drug-effects order ${split}`);
    const drafted = Array.from({ length: size }, () => draft(voice, taken));
    for (const { written } of drafted) taken.add(skeletonOf(written));
    const documents = order.shuffle(drafted).map((one, at) => documentOf(one, `${split}-${at + 1}`));
    sets.set(split, DocumentSet.from(documents, { name: "world/drug-effects" }));
  }
  return sets;
}

interface Drafted {
  readonly written: Written;
  readonly structure: EffectStructure;
  /** True where the effect is named together with its drug, as in "x-induced rash". */
  readonly isCompound: boolean;
}

function draft(voice: Voice, taken: ReadonlySet<string>): Drafted {
  for (let tries = 0; ; tries++) {
    const drafted = draw(voice);
    if (tries === 60 || !taken.has(skeletonOf(drafted.written))) return drafted;
  }
}

function draw(voice: Voice): Drafted {
  const { content, pool, random, isPlain } = voice;
  const { structures, leads, tails } = content.effects;
  const structure = pick(voice, structures);
  const slots: Record<string, WorldEntity> = {};
  const take = (slot: string): void => {
    const list = pool.entities[slot.startsWith("d") ? "drug" : "condition"];
    do slots[slot] = random.choice(list);
    while (Object.entries(slots).some(([other, entity]) => other !== slot && entity === slots[slot]));
  };
  for (const [, slot] of structure.text.matchAll(/\{([dec]\d)\}/g))
    if (slots[slot!] === undefined) take(slot!);
  let line = structure.text;
  if (happens(voice, "tail")) line += pick(voice, tails);
  if (happens(voice, "lead") && !isPlain) line = pick(voice, leads) + line;
  const written = write(voice, resolve(voice, line, slots, content.effects.adverbials), slots);
  const isCompound = structure.text.startsWith("{d1}-induced {e1}") && random.uniform() < 0.5;
  return { written, structure, isCompound };
}

function documentOf({ written, structure, isCompound }: Drafted, id: string): Document {
  const { drug, effect, relation } = EFFECT_LABELS;
  const shown = written.mentions.filter(({ slot }) => !slot.startsWith("c"));
  const mentions = shown.map(({ start, end, slot }): Mention => {
    if (slot.startsWith("d")) return { start, end, type: drug };
    return { start: isCompound ? shown[0]!.start : start, end, type: effect };
  });
  const at = (slot: string | undefined): number => shown.findIndex((mention) => mention.slot === slot);
  const relations = structure.pairs.map((pair) => {
    const [from, to] = pair.split(" ").map(at) as [number, number];
    return { head: from, tail: to, headMention: from, tailMention: to, relation };
  });
  const { text } = written;
  const entities = mentions.map(({ type }, index) => ({ id: String(index), type: type!, mentions: [index] }));
  return {
    id,
    text,
    sentences: [{ start: 0, end: text.length }],
    words: wordSpans(text),
    mentions,
    entities,
    relations,
  };
}
