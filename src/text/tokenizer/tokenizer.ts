// A tokenizer: text to pieces with exact places, pairs, truncation, markers, and back to text.

import * as path from "node:path";
import {
  DISPLAY,
  type Displayable,
  escapeHtml,
  type MimeBundle,
  OptionError,
  writeFileAtomic,
} from "../../core";
import { Encoding, type TokenNames } from "../encoding";
import { type AddedToken, AddedTokens, type Section } from "./added-tokens";
import { assemble } from "./assemble";
import type { BertNormalizer } from "./bert-normalizer";
import { decodeBytes, decodeWordPieces } from "./decode";
import { addPiece, newPieces, type PieceList, type WordSplitter } from "./piece-list";
import { longestFirst, specialsIn, type Template, type TemplateItem, templateOf } from "./template";
import { readTokenizerFiles, type TokenizerFiles } from "./tokenizer-json";
import { splitterOf } from "./word-splitter";

/** A text, or its words one by one. */
export type TokenizerInput = string | readonly string[];

/** How to encode. */
export interface EncodeOptions {
  /** A second text, put behind the first by the tokenizer's template. */
  readonly pair?: TokenizerInput;
  /** Whether special tokens such as [CLS] are added; default true. */
  readonly addSpecialTokens?: boolean;
  /** The most pieces, special tokens included; the longest text is cut first. Default: no limit. */
  readonly maxLength?: number;
}

/** A place in a text that is to be a marker, whatever is written there. */
export interface MarkerPlace {
  readonly start: number;
  readonly end: number;
  readonly marker: string;
}

/** Loads the tokenizer of a Hugging Face folder: tokenizer.json, or vocab.txt, or vocab.json with merges.txt. */
export function loadTokenizer(folder: string): Tokenizer {
  return new Tokenizer(readTokenizerFiles(folder));
}

/** WordPiece (BERT) or byte-level BPE (RoBERTa). Ids, tokens and places equal those of Hugging Face's tokenizers. */
export class Tokenizer implements Displayable, TokenNames {
  private readonly files: TokenizerFiles;
  private readonly splitter: WordSplitter;
  private readonly normalizer: BertNormalizer | undefined;
  private readonly template: Template;
  private readonly names: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly added: AddedToken[];
  private markerNames: string[] = [];
  private everyAdded: AddedTokens;
  private addedButMarkers: AddedTokens;

  constructor(files: TokenizerFiles) {
    const { json, file } = files;
    this.files = files;
    const { splitter, normalizer } = splitterOf(json, file);
    this.splitter = splitter;
    this.normalizer = normalizer;
    this.template = templateOf(json.post_processor, file);
    for (const [token, id] of Object.entries(json.model.vocab)) this.name(token, id);
    this.added = [...json.added_tokens];
    for (const { content, id } of this.added) this.name(content, id);
    const extra = files.config["additional_special_tokens"];
    this.markerNames = Array.isArray(extra) ? extra.map(String).filter((token) => this.ids.has(token)) : [];
    this.everyAdded = this.finder(this.added);
    this.addedButMarkers = this.finder(
      this.added.filter(({ content }) => !this.markerNames.includes(content)),
    );
  }

  private name(token: string, id: number): void {
    this.names[id] = token;
    this.ids.set(token, id);
  }

  private finder(tokens: readonly AddedToken[]): AddedTokens {
    return new AddedTokens(tokens, this.normalizer);
  }

  /** `WordPiece` or `BPE`. */
  get kind(): "WordPiece" | "BPE" {
    return this.files.json.model.type;
  }

  /** Rows that the word embeddings need: the highest id plus one, added tokens included. */
  get size(): number {
    return this.names.length;
  }

  /** The markers, in the order in which they were added. */
  get markers(): readonly string[] {
    return this.markerNames;
  }

  get padId(): number {
    return this.special("pad_token", ["[PAD]", "<pad>"]) ?? 0;
  }

  /** The id of the mask token, undefined where the tokenizer has none. */
  get maskId(): number | undefined {
    return this.special("mask_token", ["[MASK]", "<mask>"]);
  }

  /** The id of the token for unknown words, undefined where every text has pieces. */
  get unknownId(): number | undefined {
    return this.special("unk_token", ["[UNK]", "<unk>"]);
  }

  private special(key: string, usual: readonly string[]): number | undefined {
    const given = this.files.config[key];
    const name = typeof given === "string" ? given : (given as { content?: string } | undefined)?.content;
    const token = [name, ...usual].find((one) => one !== undefined && this.ids.has(one));
    return token === undefined ? undefined : this.ids.get(token);
  }

  /** Ids of special tokens ([CLS], [PAD], markers, ...), in ascending order. */
  get specialIds(): number[] {
    const ids = this.added.filter(({ special }) => special).map(({ id }) => id);
    return [...new Set(ids)].sort((a, b) => a - b);
  }

  idOf(token: string): number | undefined {
    return this.ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.names[id];
  }

  /**
   * Adds markers as special tokens that match exactly (upper and lower case differ) and take the next ids.
   * Returns how many ids are new: the encoder needs as many rows more (`encoder.addTokens`).
   *
   * @example encoder.addTokens(tokenizer.addMarkers(["[E1]", "[/E1]", "[E2]", "[/E2]"]), random);
   */
  addMarkers(markers: readonly string[] = ["[E1]", "[/E1]", "[E2]", "[/E2]"]): number {
    const before = this.size;
    for (const content of markers) {
      if (content.trim() === "")
        throw new OptionError(`marker "${content}" is empty, expected text such as "[E1]"`);
      const id = this.ids.get(content) ?? this.size;
      this.name(content, id);
      if (!this.added.some((token) => token.content === content))
        this.added.push({
          id,
          content,
          special: true,
          normalized: false,
          lstrip: this.kind === "BPE",
          rstrip: false,
          single_word: false,
        });
      if (!this.markerNames.includes(content)) this.markerNames.push(content);
    }
    this.everyAdded = this.finder(this.added);
    this.addedButMarkers = this.finder(
      this.added.filter(({ content }) => !this.markerNames.includes(content)),
    );
    return this.size - before;
  }

  /** Encodes one text, or its words. With words, places count from each word's start and `wordIds` are their indices. */
  encode(input: TokenizerInput, options: EncodeOptions = {}): Encoding {
    const { pair, addSpecialTokens = true, maxLength } = options;
    const first = this.pieces(input);
    const second = pair === undefined ? undefined : this.pieces(pair);
    const items = this.itemsOf(second !== undefined, addSpecialTokens);
    let [firstLength, secondLength] = [first.ids.length, second?.ids.length ?? 0];
    if (maxLength !== undefined) {
      const room = maxLength - specialsIn(items);
      if (!Number.isInteger(maxLength) || room < 0)
        throw new OptionError(
          `maxLength is ${maxLength}, expected a whole number of at least ${specialsIn(items)} (the special tokens)`,
        );
      [firstLength, secondLength] = longestFirst(firstLength, secondLength, room);
    }
    return new Encoding(assemble(items, [first, second], [firstLength, secondLength]), this);
  }

  /** Encodes many texts. */
  encodeAll(inputs: readonly TokenizerInput[], options: EncodeOptions = {}): Encoding[] {
    return inputs.map((input) => this.encode(input, options));
  }

  /** The template of a single text or a pair, with or without its special tokens. */
  itemsOf(isPair: boolean, addSpecialTokens: boolean): readonly TemplateItem[] {
    const items = isPair ? this.template.pair : this.template.single;
    return addSpecialTokens ? items : items.filter(({ kind }) => kind === "text");
  }

  /** The pieces of a text, or of words, without special tokens. */
  pieces(input: TokenizerInput): PieceList {
    const into = newPieces();
    if (typeof input === "string") {
      this.addPieces(this.everyAdded, input, 0, input.length, into);
      return into;
    }
    for (const [index, word] of input.entries()) {
      const from = into.ids.length;
      this.addPieces(this.everyAdded, word, 0, word.length, into);
      into.words.fill(index, from);
    }
    return into;
  }

  /**
   * The pieces of a text with markers at `places` (in order, apart) and nowhere else, even where one is written;
   * `placed` has the piece of each place.
   */
  piecesMarkedAt(text: string, places: readonly MarkerPlace[]): { pieces: PieceList; placed: number[] } {
    const into = newPieces();
    const placed: number[] = [];
    let done = 0;
    for (const { start, end, marker } of places) {
      const id = this.ids.get(marker);
      if (id === undefined || !this.markerNames.includes(marker))
        throw new OptionError(
          `the tokenizer has no marker "${marker}", it has ${this.markerNames.join(", ") || "none"}: ` +
            `call tokenizer.addMarkers(["${marker}"]) and encoder.addTokens first`,
        );
      const space = this.kind === "BPE" ? /\p{White_Space}*$/u.exec(text.slice(done, start))![0].length : 0;
      this.addPieces(this.addedButMarkers, text, done, start - space, into);
      placed.push(into.ids.length);
      addPiece(into, id, start, end);
      done = end;
    }
    this.addPieces(this.addedButMarkers, text, done, text.length, into);
    return { pieces: into, placed };
  }

  private addPieces(added: AddedTokens, text: string, start: number, end: number, into: PieceList): void {
    for (const section of added.sections(text, start, end)) {
      if (section.id >= 0) this.addToken(text, section, into);
      else this.splitter.split(text, section.start, section.end, into);
    }
  }

  private addToken(text: string, { start, end, id }: Section, into: PieceList): void {
    const part = this.splitter.trimsPlaces ? text.slice(start, end) : "";
    const leading = /^\p{White_Space}*/u.exec(part)![0].length;
    const trailing = leading === part.length ? 0 : /\p{White_Space}*$/u.exec(part)![0].length;
    addPiece(into, id, start + leading, end - trailing);
  }

  /** Ids as text; special tokens are left out unless `skipSpecialTokens` is false. Unknown ids are left out. */
  decode(ids: ArrayLike<number>, options: { skipSpecialTokens?: boolean } = {}): string {
    const { skipSpecialTokens = true } = options;
    const specials = new Set(skipSpecialTokens ? this.specialIds : []);
    const tokens = Array.from(ids)
      .filter((id) => !specials.has(id) && this.names[id] !== undefined)
      .map((id) => this.names[id]!);
    const { decoder, model } = this.files.json;
    if (model.type === "BPE") return decodeBytes(tokens);
    return decodeWordPieces(tokens, model.continuing_subword_prefix, decoder?.["cleanup"] !== false);
  }

  /** Writes tokenizer.json and tokenizer_config.json, markers included, as `transformers` reads them. */
  save(folder: string): void {
    const { json, config } = this.files;
    const added = [...this.added].sort((a, b) => a.id - b.id);
    const content = { version: "1.0", truncation: null, padding: null, ...json, added_tokens: added };
    const settings = { ...config, additional_special_tokens: this.markerNames };
    writeFileAtomic(path.join(folder, "tokenizer.json"), JSON.stringify(content));
    writeFileAtomic(path.join(folder, "tokenizer_config.json"), JSON.stringify(settings, undefined, 2));
  }

  [DISPLAY](): MimeBundle {
    const specials = this.specialIds.map((id) => `${this.names[id]} ${id}`);
    const text = `${this.kind} tokenizer, ${this.size} pieces; special: ${specials.join(", ")}`;
    const boxes = specials
      .map((name) => `<code style="margin-right:6px">${escapeHtml(name)}</code>`)
      .join("");
    return {
      "text/plain": text,
      "text/html": `<div><b>${this.kind}</b> tokenizer, ${this.size} pieces<br>${boxes}</div>`,
    };
  }
}
