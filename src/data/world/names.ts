// Invented names out of syllables: every base name occurs once in the whole world.

import type { Random } from "../../core";
import type { EntityType, NameContent } from "./content";

/** The names of one entity, the full one first. */
export interface Names {
  readonly full: string;
  readonly aliases: readonly string[];
  /** The place whose name is part of the full one. */
  readonly place?: string;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Makes names; remembers every base name that it gave. */
export class NameMaker {
  private readonly taken = new Set<string>();

  constructor(
    private readonly content: NameContent,
    private readonly random: Random,
  ) {}

  /** A new name for an entity; organisations may bear the name of one of `places`. */
  make(type: EntityType, places: readonly string[]): Names {
    switch (type) {
      case "person":
        return this.person();
      case "organisation":
        return this.organisation(places);
      case "place": {
        const full = capital(this.base("place"));
        return { full, aliases: [`the town of ${full}`] };
      }
      case "work":
        return this.work();
      case "drug": {
        const full = this.base("drug");
        return { full, aliases: [capital(this.base("drug"))] };
      }
      case "condition":
        return this.condition();
    }
  }

  private base(ending: EntityType): string {
    const { onsets, vowels, codas, endings } = this.content;
    const syllable = (last: boolean): string =>
      this.random.choice(onsets) + this.random.choice(vowels) + (last ? this.random.choice(codas) : "");
    for (let tries = 0; ; tries++) {
      const first = tries < 40 ? "" : syllable(false);
      const stem = first + syllable(false) + syllable(true);
      const end = this.random.choice(endings[ending]);
      const word = /[aeiou]$/.test(stem) && /^[aeiou]/.test(end) ? stem.slice(0, -1) + end : stem + end;
      if (this.taken.has(word)) continue;
      this.taken.add(word);
      return word;
    }
  }

  private person(): Names {
    const [given, family] = [this.random.choice(this.content.given), capital(this.base("person"))];
    return { full: `${given} ${family}`, aliases: [family, `${given.charAt(0)}. ${family}`] };
  }

  private organisation(places: readonly string[]): Names {
    const { kinds, patterns } = this.content.organisation;
    const pattern = this.random.choice(patterns);
    const place = pattern.includes("{place}") ? this.random.choice(places) : undefined;
    const name = capital(this.base("organisation"));
    const kind = this.random.choice(kinds);
    const full = pattern
      .replace("{place}", place ?? "")
      .replace("{name}", name)
      .replace("{second}", () => capital(this.base("person")))
      .replace("{kind}", kind);
    if (place === undefined)
      return { full, aliases: [pattern.includes("{second}") ? `${name} ${kind}` : name] };
    return { full, aliases: [`${name} ${kind}`], place };
  }

  private work(): Names {
    const { adjectives, nouns, patterns } = this.content.work;
    const name = capital(this.base("work"));
    const full = this.random
      .choice(patterns)
      .replace("{name}", name)
      .replace("{adjective}", this.random.choice(adjectives))
      .replace("{noun}", this.random.choice(nouns));
    return { full, aliases: [name] };
  }

  private condition(): Names {
    const { adjectives, nouns, patterns } = this.content.condition;
    const name = this.base("condition");
    const noun = this.random.choice(nouns);
    const full = this.random
      .choice(patterns)
      .replace("{name}", name)
      .replace("{adjective}", this.random.choice(adjectives))
      .replace("{noun}", noun);
    return { full, aliases: full.split(" ").length > 2 ? [`${name} ${noun}`] : [] };
  }
}
