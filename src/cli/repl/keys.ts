// Which key does which edit, with the names that readline gives to keys.

import * as edit from "./buffer";

/** One key, or a whole pasted text. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
  /** Text that was pasted in brackets. */
  readonly pasted?: string;
}

const PLAIN: Readonly<Record<string, edit.Edit>> = {
  left: edit.left,
  right: edit.right,
  home: edit.home,
  end: edit.end,
  backspace: edit.backspace,
  delete: edit.deleteForward,
};

const WITH_CTRL: Readonly<Record<string, edit.Edit>> = {
  a: edit.home,
  e: edit.end,
  b: edit.left,
  f: edit.right,
  h: edit.backspace,
  d: edit.deleteForward,
  k: edit.deleteToEnd,
  u: edit.deleteToStart,
  w: edit.deleteWord,
  left: edit.wordLeft,
  right: edit.wordRight,
  backspace: edit.deleteWord,
  delete: edit.deleteWordForward,
};

const WITH_META: Readonly<Record<string, edit.Edit>> = {
  b: edit.wordLeft,
  f: edit.wordRight,
  d: edit.deleteWordForward,
  left: edit.wordLeft,
  right: edit.wordRight,
  backspace: edit.deleteWord,
  delete: edit.deleteWordForward,
};

/** The name of a key with its modifiers: `ctrl+c`, `meta+return`, `shift+tab`, `up`. */
export function nameOf({ name, sequence, ctrl, meta, shift }: Key): string {
  if (sequence === "\u001c") return "ctrl+\\";
  const base = name === "enter" ? "return" : (name ?? "");
  const isLetter = base.length === 1;
  return `${ctrl ? "ctrl+" : ""}${meta ? "meta+" : ""}${shift && !isLetter ? "shift+" : ""}${base}`;
}

/** The edit that `key` stands for; undefined for keys that mean something else or nothing. */
export function editOf(key: Key): edit.Edit | undefined {
  const { name, sequence = "", ctrl, meta } = key;
  if (key.pasted !== undefined) return edit.insert(key.pasted);
  const table = ctrl ? WITH_CTRL : meta ? WITH_META : PLAIN;
  const known = name === undefined ? undefined : table[name];
  if (known !== undefined) return known;
  const isText = !ctrl && !meta && sequence !== "" && !/[\u0000-\u001f\u007f]/.test(sequence);
  return isText ? edit.insert(sequence) : undefined;
}

/**
 * Hears keys from a terminal and puts what is pasted in brackets into one. `onKey` is called for each.
 */
export function listenForKeys(input: NodeJS.ReadableStream, onKey: (key: Key) => void): () => void {
  let pasted: string | undefined;
  const hear = (text: string | undefined, key: Key): void => {
    if (key.name === "paste-start") pasted = "";
    else if (key.name === "paste-end") {
      if (pasted !== undefined && pasted !== "") onKey({ pasted: pasted.replace(/\r\n?/g, "\n") });
      pasted = undefined;
    } else if (pasted !== undefined) pasted += key.sequence ?? text ?? "";
    else onKey(key);
  };
  input.on("keypress", hear);
  return () => void input.off("keypress", hear);
}
