// Documents whose relations hold between concept ids, as in BioRED (Luo et al. 2022): shared by its three formats.

import { DataError, type Place } from "../../core";
import { checkDocument, type Document, type DocumentRelation, type Entity } from "../document";
import type { Mention } from "../sentence";
import { shorten } from "../input/faults";
import { codePointOffsets, spanOf } from "../input/words";

/** A stretch of the document at an offset counted in characters (code points). */
export interface Passage {
  readonly offset: number;
  readonly text: string;
}

/** A mention as the formats give it: offset and length in characters, its own text, and concept ids joined by commas. */
export interface ConceptMention {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
  readonly type: string;
  readonly ids: string;
  readonly place: Place;
}

/** A relation between two concept ids. */
export interface ConceptRelation {
  readonly first: string;
  readonly second: string;
  readonly relation: string;
  readonly novel: string | undefined;
  readonly place: Place;
}

/**
 * One document out of its parts. Passages are laid out at their offsets, with spaces between; mentions must say the
 * text they cover; a mention with several ids belongs to each of these entities, one without
 * is an entity of its own; relations are undirected.
 */
export function conceptDocument(
  id: string,
  passages: readonly Passage[],
  given: readonly ConceptMention[],
  related: readonly ConceptRelation[],
  place: Place,
): Document {
  const { text, sentences } = layOut(id, passages, place);
  const unitOf = codePointOffsets(text);
  const mentions: Mention[] = [];
  const entities = new Map<string, { type: string; mentions: number[] }>();
  for (const { offset, length, text: covered, type, ids, place: at } of given) {
    const { start, end } = spanOf(unitOf(offset), unitOf(offset + length));
    const found = text.slice(start, end);
    if (found !== covered || covered === "") {
      const what = `mention "${shorten(covered, 40)}" at ${offset} covers "${shorten(found, 40)}"`;
      throw new DataError(
        `document "${shorten(id, 40)}": ${what}, expected its own text: correct the offset`,
        at,
      );
    }
    const concepts = conceptsOf(ids);
    const position =
      mentions.push({ start, end, type, ...(concepts[0] === undefined ? {} : { entity: concepts[0] }) }) - 1;
    if (concepts.length === 0) entities.set(`-${position}`, { type, mentions: [position] });
    for (const concept of concepts) {
      const entity = entities.get(concept);
      if (entity === undefined) entities.set(concept, { type, mentions: [position] });
      else entity.mentions.push(position);
    }
  }
  const positions = new Map([...entities.keys()].map((concept, index) => [concept, index]));
  const relations = related.map(({ first, second, relation, novel, place: at }): DocumentRelation => {
    const [head, tail] = [positions.get(first), positions.get(second)];
    if (head === undefined || tail === undefined) {
      const missing = head === undefined ? first : second;
      throw new DataError(
        `document "${shorten(id, 40)}": relation ${shorten(relation, 40)} names "${shorten(missing, 40)}", which no mention has: correct it`,
        at,
      );
    }
    const novelty = novel === undefined ? {} : { isNovel: novel === "Novel" };
    return { head, tail, relation, isUndirected: true, ...novelty };
  });
  const list = [...entities].map(([concept, entity]): Entity => ({ id: concept, ...entity }));
  return checkDocument({ id, text, sentences, mentions, entities: list, relations }, place);
}

/** The concepts of a mention: several are joined by commas, "-" means that none is known. */
function conceptsOf(ids: string): readonly string[] {
  const concepts = ids.split(",").map((concept) => concept.trim());
  return [...new Set(concepts)].filter((concept) => concept !== "" && concept !== "-");
}

function layOut(
  id: string,
  passages: readonly Passage[],
  place: Place,
): Pick<Document, "text" | "sentences"> {
  let text = "";
  let length = 0;
  const sentences = [];
  for (const passage of passages) {
    if (passage.offset < length || passage.offset > length + 1000)
      throw new DataError(
        `document "${shorten(id, 40)}": a passage at ${passage.offset} after ${length} characters: correct the offset`,
        place,
      );
    text += " ".repeat(passage.offset - length);
    const start = text.length;
    text += passage.text;
    length = passage.offset + [...passage.text].length;
    if (passage.text !== "") sentences.push(spanOf(start, text.length));
  }
  return { text, sentences };
}
