// Reader of SemEval-2010 Task 8 in its original format (Hendrickx et al. 2010): blocks of sentence, relation, comment.

import * as path from "node:path";
import * as fs from "node:fs";
import { DataError, OptionError, type Place } from "../../core";
import type { Sentence } from "../sentence";
import type { SentenceSet } from "../sets/sentence-set";
import { shorten, type FaultLog, type ReadOptions } from "../input/faults";
import { linesOf, type Line } from "../input/lines";
import { sentenceSet } from "./reading";
import { onlySpan, untag } from "./tagged";

const FILES: Readonly<Record<string, string>> = { train: "TRAIN_FILE.TXT", test: "TEST_FILE_FULL.TXT" };
const SENTENCE = /^(\d+)\t(.*)$/;
const RELATION = /^[^\s()]+(\((e1,e2|e2,e1)\))?$/;

/**
 * Sentences of a SemEval-2010 Task 8 file, or of a folder that holds the release's files (`split`: "train", the
 * default, or "test"). Head is always e1 and tail always e2: the direction is part of the relation, as in
 * `Cause-Effect(e2,e1)`. Ids are those of the file. Test sentences without labels are read without relation.
 */
export function readSemEval(source: string, options: ReadOptions = {}): SentenceSet {
  const isFolder = fs.statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const split = options.split ?? (isFolder ? "train" : undefined);
  const name = options.name ?? "semeval2010-task8";
  if (isFolder && FILES[split!] === undefined)
    throw new OptionError(`SemEval has no split "${split}": use "train" or "test"`);
  const file = isFolder ? path.join(source, FILES[split!]!) : source;
  return sentenceSet(file, { ...options, name, ...(split === undefined ? {} : { split }) }, (log) =>
    semEvalItems(file, log),
  );
}

/** The sentences of a SemEval file one at a time: see `readSemEval`. */
export function* semEvalItems(file: string, log: FaultLog): Generator<Sentence> {
  for (const block of blocksOf(file, log)) {
    const sentence = log.attempt(() => sentenceOf(block, file));
    if (sentence !== undefined) yield sentence;
  }
}

interface Block {
  readonly id: string;
  readonly quoted: string;
  readonly line: number;
  readonly relation?: Line;
}

/** The blocks of a file; lines that belong to none are faults. A block begins with a number and a tab. */
function* blocksOf(file: string, log: FaultLog): Generator<Block> {
  let block: Block | undefined;
  let inComment = false;
  for (const line of linesOf(file)) {
    const begin = SENTENCE.exec(line.text);
    if (begin !== null) {
      if (block !== undefined) yield block;
      block = { id: begin[1]!, quoted: begin[2]!.trim(), line: line.number };
      inComment = false;
    } else if (line.text.trim() === "" || inComment) {
      continue;
    } else if (/^Comment\s*:/.test(line.text)) {
      inComment = true;
    } else if (block !== undefined && block.relation === undefined) {
      block = { ...block, relation: line };
    } else {
      const text = shorten(line.text, 40);
      const wanted = 'expected a sentence (number, tab, "text"), a relation, "Comment:" or an empty line';
      log.report(new DataError(`"${text}" fits nowhere, ${wanted}: correct it`, { file, line: line.number }));
    }
  }
  if (block !== undefined) yield block;
}

function sentenceOf({ id, quoted, line, relation }: Block, file: string): Sentence {
  const place: Place = { file, line };
  const isQuoted = quoted.length >= 2 && quoted.startsWith('"') && quoted.endsWith('"');
  const untagged = untag(isQuoted ? quoted.slice(1, -1) : quoted, place);
  const [head, tail] = [onlySpan(untagged, "e1", place), onlySpan(untagged, "e2", place)];
  const sentence = { id, text: untagged.text, head, tail };
  if (relation === undefined) return sentence;
  const label = relation.text.trim();
  if (!RELATION.test(label)) {
    const wanted = 'expected a relation such as "Cause-Effect(e1,e2)" or "Other"';
    throw new DataError(`"${shorten(label, 40)}" is no relation, ${wanted}: correct it`, {
      file,
      line: relation.number,
    });
  }
  return { ...sentence, relation: label };
}
