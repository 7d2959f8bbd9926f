// Readers of BioC (Comeau et al. 2013), as XML and as JSON, with relations between concept ids, as BioRED is spread.

import { DataError, type Place } from "../../core";
import type { Document } from "../document";
import { parseJson, shorten, type ReadOptions } from "../input/faults";
import { asIndex, asList, asOptionalText, asRecord, asText } from "../input/fields";
import { wholeText } from "../input/lines";
import { childOf, childrenOf, parseXml, type XmlElement } from "../input/xml";
import { documentSet, itemsOfRecords } from "../formats/reading";
import type { DocumentSet } from "../sets/document-set";
import { conceptDocument, type ConceptMention, type ConceptRelation, type Passage } from "./concepts";

type Read = (file: string, options?: ReadOptions) => DocumentSet;

/** Documents of a BioC XML file; passages are the document's sentences. */
export const readBiocXml: Read = (file, options = {}) => {
  const root = parseXml(wholeText(file), { file });
  if (root.name !== "collection")
    throw new DataError(`the root is <${shorten(root.name, 20)}>, expected <collection>`, { file, line: 1 });
  const elements = childrenOf(root, "document");
  return documentSet(file, options, (log) =>
    elements.flatMap((element) => log.attempt(() => xmlDocument(element, file)) ?? []),
  );
};

/** Documents of a BioC JSON file; passages are the document's sentences. */
export const readBiocJson: Read = (file, options = {}) => {
  const root = asRecord(parseJson(wholeText(file), { file }), "file", { file });
  const documents = asList(root["documents"], "documents", { file });
  return documentSet(file, options, (log) =>
    itemsOfRecords(file, log, options, (record) => jsonDocument(record, {}), {
      list: documents,
      noun: "document",
    }),
  );
};

function infonOf(element: XmlElement, key: string): string | undefined {
  return childrenOf(element, "infon").find(({ attributes }) => attributes["key"] === key)?.text;
}

function need<T>(value: T | undefined, what: string, place: Place): T {
  if (value === undefined) throw new DataError(`no ${what}: add it`, place);
  return value;
}

function wholeNumber(text: string | undefined, what: string, place: Place): number {
  if (text === undefined || !/^\s*\d{1,9}\s*$/.test(text))
    throw new DataError(`${what} is "${shorten(text ?? "", 20)}", expected a whole number from 0`, place);
  return Number(text);
}

function xmlDocument(element: XmlElement, file: string): Document {
  const placeOf = ({ line }: XmlElement): Place => ({ file, line });
  const place = placeOf(element);
  const id = need(childOf(element, "id")?.text, "<id> in a <document>", place).trim();
  const passages: Passage[] = [];
  const mentions: ConceptMention[] = [];
  const related = childrenOf(element, "relation");
  for (const passage of childrenOf(element, "passage")) {
    const at = placeOf(passage);
    const text = need(childOf(passage, "text")?.text, "<text> in a <passage>", at);
    passages.push({
      offset: wholeNumber(childOf(passage, "offset")?.text, "the <offset> of a passage", at),
      text,
    });
    related.push(...childrenOf(passage, "relation"));
    for (const annotation of childrenOf(passage, "annotation")) {
      const own = placeOf(annotation);
      const { offset, length } = need(
        childOf(annotation, "location"),
        "<location> in an <annotation>",
        own,
      ).attributes;
      mentions.push({
        offset: wholeNumber(offset, "the offset of an annotation", own),
        length: wholeNumber(length, "the length of an annotation", own),
        text: need(childOf(annotation, "text")?.text, "<text> in an <annotation>", own),
        type: need(infonOf(annotation, "type"), 'infon "type" in an <annotation>', own),
        ids: infonOf(annotation, "identifier") ?? "",
        place: own,
      });
    }
  }
  const relations = related.map((relation): ConceptRelation => {
    const own = placeOf(relation);
    return {
      first: need(infonOf(relation, "entity1"), 'infon "entity1" in a <relation>', own),
      second: need(infonOf(relation, "entity2"), 'infon "entity2" in a <relation>', own),
      relation: need(infonOf(relation, "type"), 'infon "type" in a <relation>', own),
      novel: infonOf(relation, "novel"),
      place: own,
    };
  });
  return conceptDocument(id, passages, mentions, relations, place);
}

function jsonDocument(record: unknown, place: Place): Document {
  const fields = asRecord(record, "document", place);
  const id = need(asOptionalText(fields["id"], "id", place), "id", place);
  const passages: Passage[] = [];
  const mentions: ConceptMention[] = [];
  const related = [...asList(fields["relations"] ?? [], "relations", place)];
  asList(fields["passages"], "passages", place).forEach((item, at) => {
    const passage = asRecord(item, `passages[${at}]`, place);
    const name = `passages[${at}]`;
    passages.push({
      offset: asIndex(passage["offset"], `${name}.offset`, place),
      text: asText(passage["text"], `${name}.text`, place),
    });
    related.push(...asList(passage["relations"] ?? [], `${name}.relations`, place));
    asList(passage["annotations"] ?? [], `${name}.annotations`, place).forEach((one, index) => {
      const own = `${name}.annotations[${index}]`;
      const annotation = asRecord(one, own, place);
      const infons = asRecord(annotation["infons"], `${own}.infons`, place);
      const [location] = asList(annotation["locations"], `${own}.locations`, place);
      const { offset, length } = asRecord(location, `${own}.locations[0]`, place);
      mentions.push({
        offset: asIndex(offset, `${own}.locations[0].offset`, place, 1e9),
        length: asIndex(length, `${own}.locations[0].length`, place, 1e9),
        text: asText(annotation["text"], `${own}.text`, place),
        type: asText(infons["type"], `${own}.infons.type`, place),
        ids: asOptionalText(infons["identifier"], `${own}.infons.identifier`, place) ?? "",
        place,
      });
    });
  });
  const relations = related.map((one, index): ConceptRelation => {
    const name = `relations[${index}].infons`;
    const infons = asRecord(asRecord(one, `relations[${index}]`, place)["infons"], name, place);
    return {
      first: asText(infons["entity1"], `${name}.entity1`, place),
      second: asText(infons["entity2"], `${name}.entity2`, place),
      relation: asText(infons["type"], `${name}.type`, place),
      novel: asOptionalText(infons["novel"], `${name}.novel`, place),
      place,
    };
  });
  return conceptDocument(id, passages, mentions, relations, place);
}
