// Templates filled: `[a|b]` is a choice, `~` room for an adverbial, `{h}` a mention, `{h+}` one that may be explained.

import type { Random } from "../../core";
import type { Span } from "../sentence";
import type { EntityType, RateName, WorldContent } from "./content";
import type { Pool, WorldEntity } from "./knowledge";

/** Which entity stands in which slot of a template. */
export type Slots = Readonly<Record<string, WorldEntity>>;

/** A mention in a text that was written: where, of what, and for which slot of the template. */
export interface WrittenMention extends Span {
  readonly entity: WorldEntity;
  readonly slot: string;
}

/** A text that was written, with every mention in it. */
export interface Written {
  readonly text: string;
  readonly mentions: readonly WrittenMention[];
}

/** Where wording, chance and further entities come from. */
export interface Voice {
  readonly content: WorldContent;
  readonly pool: Pool;
  readonly random: Random;
  /** True in the negative control: first choices only, nothing added. */
  readonly isPlain: boolean;
}

/** Whether something of this rate happens now; never in a plain world. */
export function happens({ content, random, isPlain }: Voice, rate: RateName): boolean {
  return random.uniform() < content.parameters.rates[rate] && !isPlain;
}

/** One of the alternatives; the first in a plain world. */
export function pick<T>({ random, isPlain }: Voice, items: readonly T[]): T {
  return isPlain ? items[0]! : random.choice(items);
}

/** The template with its choices made and its adverbials and explanations put in; slots stay. */
export function resolve(
  voice: Voice,
  template: string,
  slots: Slots,
  adverbials = voice.content.clauses.adverbials,
): string {
  const { clauses, names } = voice.content;
  let isDated = /\{(year|month)\}/.test(template);
  const withAdverbials = template.replace(/ ?~ ?/g, (room) => {
    if (!happens(voice, "adverbial")) return room.length === 3 ? " " : "";
    const adverbial = pick(
      voice,
      isDated ? adverbials.filter((one) => !/\{(year|month)\}/.test(one)) : adverbials,
    );
    isDated ||= /\{(year|month)\}/.test(adverbial);
    return ` ${adverbial}${room.endsWith(" ") ? " " : ""}`;
  });
  const withExplanations = withAdverbials.replace(/\{(\w+)\+\}/g, (_, slot: string) => {
    const type: EntityType = slots[slot]!.type;
    if (!happens(voice, "apposition")) return `{${slot}}`;
    return `{${slot}}, ${pick(voice, clauses.appositions[type])},`;
  });
  const [from, to] = names.years;
  return withExplanations
    .replace(/\[([^\]]*)\]/g, (_, choices: string) => pick(voice, choices.split("|")))
    .replace(/\{year\}/g, () => String(from + voice.random.integer(to - from)))
    .replace(/\{month\}/g, () => voice.random.choice(names.months))
    .replace(/,(?=[,.;])/g, "");
}

/** How an entity is called: its full name or, at the rate of aliases, another. */
export function nameOf(voice: Voice, entity: WorldEntity, mayShorten = true): string {
  if (!mayShorten || entity.aliases.length === 0 || !happens(voice, "alias")) return entity.full;
  return voice.random.choice(entity.aliases);
}

/** Builds a text out of words and mentions, knowing where each mention stands. */
export class Writing {
  private text = "";
  private readonly mentions: WrittenMention[] = [];

  /** Words as they are; a comma before a stop or another comma is dropped. */
  words(words: string): this {
    if (/^[,.;]/.test(words) && this.text.endsWith(",")) this.text = this.text.slice(0, -1);
    this.text += words;
    return this;
  }

  /** A mention by this name. */
  mention(name: string, entity: WorldEntity, slot: string): this {
    const start = this.text.length;
    this.text += name;
    this.mentions.push({ start, end: this.text.length, entity, slot });
    return this;
  }

  /** The sentence, begun with a capital letter and closed by a stop. */
  sentence(): Written {
    this.words(".");
    return { text: this.text.charAt(0).toUpperCase() + this.text.slice(1), mentions: this.mentions };
  }
}

/** A resolved template written out; `{x:type}` is any other entity of that type, `shorten` says who may be called by an alias. */
export function write(
  voice: Voice,
  resolved: string,
  slots: Slots,
  shorten: (entity: WorldEntity) => boolean = () => true,
): Written {
  const writing = new Writing();
  const used = new Set(Object.values(slots));
  resolved.split(/(\{[^}]+\})/).forEach((part) => {
    if (!part.startsWith("{")) return void (part === "" || writing.words(part));
    const slot = part.slice(1, -1);
    const entity = slots[slot] ?? anyOther(voice, slot, used);
    used.add(entity);
    writing.mention(nameOf(voice, entity, shorten(entity)), entity, slot);
  });
  return writing.sentence();
}

function anyOther({ pool, random }: Voice, slot: string, used: ReadonlySet<WorldEntity>): WorldEntity {
  const type = slot.slice(2) as EntityType;
  for (;;) {
    const entity = random.choice(pool.entities[type]);
    if (!used.has(entity)) return entity;
  }
}
