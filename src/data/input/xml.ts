// A small XML parser: elements, attributes, text, character references. It loads nothing and expands no entities of its own.

import { DataError, type Place } from "../../core";
import { shorten } from "./faults";

/** An element; `text` is the text directly inside it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly line: number;
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
  line: number;
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const DEEPEST = 200;
const NEWLINE = 10;

function unescape(text: string, place: Place): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&\s]{0,12});?/g, (reference, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]+)|(\d+))$/.exec(name);
    const point = code === null ? NaN : parseInt(code[1] ?? code[2]!, code[1] === undefined ? 10 : 16);
    const known = point <= 0x10ffff ? String.fromCodePoint(point) : NAMED[name];
    if (known === undefined || !reference.endsWith(";"))
      throw new DataError(`unknown reference "${reference}": write &amp; for &`, place);
    return known;
  });
}

/** The root element of a document. Faults name the line. */
export function parseXml(text: string, place: Place): XmlElement {
  const stack: Open[] = [];
  let root: XmlElement | undefined;
  let [at, line] = [0, 1];
  const here = (): Place => ({ ...place, line });
  const until = (end: string, from: number): number => {
    const found = text.indexOf(end, from);
    if (found < 0) throw new DataError(`the file ends before "${end}": it is cut off`, here());
    return found;
  };
  const advance = (to: number): void => {
    for (; at < to; at++) if (text.charCodeAt(at) === NEWLINE) line++;
  };
  const close = (): void => {
    const done = stack.pop()!;
    const parent = stack.at(-1);
    if (parent !== undefined) parent.children.push(done);
    else if (root === undefined) root = done;
    else throw new DataError("a second root element: remove it", here());
  };
  while (at < text.length) {
    const next = text.indexOf("<", at);
    const end = next < 0 ? text.length : next;
    const content = text.slice(at, end);
    const top = stack.at(-1);
    if (top !== undefined) top.text += unescape(content, here());
    else if (content.trim() !== "")
      throw new DataError("text outside the root element: is this XML?", here());
    advance(end);
    if (next < 0) break;
    if (text.startsWith("<!--", at)) advance(until("-->", at) + 3);
    else if (text.startsWith("<![CDATA[", at)) {
      const stop = until("]]>", at);
      if (top !== undefined) top.text += text.slice(at + 9, stop);
      advance(stop + 3);
    } else if (text.startsWith("<?", at)) advance(until("?>", at) + 2);
    else if (text.startsWith("<!", at)) {
      const stop = until(">", at);
      if (text.slice(at, stop).includes("["))
        throw new DataError("a document type with declarations is not read", here());
      advance(stop + 1);
    } else {
      const stop = until(">", at);
      const tag = text.slice(at + 1, stop);
      if (tag.startsWith("/")) {
        const name = tag.slice(1).trim();
        if (top?.name !== name)
          throw new DataError(
            `</${shorten(name, 20)}> closes <${shorten(top?.name ?? "nothing", 20)}>: correct it`,
            here(),
          );
        close();
      } else {
        if (stack.length >= DEEPEST) throw new DataError(`elements nested deeper than ${DEEPEST}`, here());
        stack.push(openTag(tag, here()));
        if (tag.endsWith("/")) close();
      }
      advance(stop + 1);
    }
  }
  const left = stack.at(-1);
  if (left !== undefined)
    throw new DataError(`the file ends before </${shorten(left.name, 20)}>: it is cut off`, here());
  if (root === undefined) throw new DataError("no element: is this XML?", here());
  return root;
}

function openTag(tag: string, place: Place): Open {
  const [, name, rest] = /^([A-Za-z_][\w.:-]*)([\s\S]*?)\/?$/.exec(tag) ?? [];
  if (name === undefined || rest === undefined)
    throw new DataError(`<${tag.slice(0, 20)}> is no element: correct it`, place);
  const attributes: Record<string, string> = {};
  const left = rest.replace(
    /\s*([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
    (_, key: string, double?: string, single?: string) => {
      attributes[key] = unescape(double ?? single ?? "", place);
      return "";
    },
  );
  if (left.trim() !== "")
    throw new DataError(`<${shorten(name, 20)}> has broken attributes: correct them`, place);
  return { name, attributes, children: [], text: "", line: place.line ?? 1 };
}

/** The first child with this name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** All children with this name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
