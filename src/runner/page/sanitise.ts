// HTML and SVG from outside, made harmless: known elements with known attributes stay, all else goes or becomes text.

import { escapeHtml } from "../../core";

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

const ELEMENTS = words(`
  a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure
  font h1 h2 h3 h4 h5 h6 hr i img input ins kbd label li mark meter ol p pre progress q rp rt ruby s samp section small
  span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr style
  svg g path rect circle ellipse line polyline polygon text tspan textPath defs clipPath linearGradient radialGradient
  stop mask pattern marker symbol use title desc image filter feGaussianBlur feOffset feMerge feMergeNode`);
const VOID = words("br col hr img input wbr");
/** Elements whose content is not markup, or not ours to show: they go with all that is in them. */
const DROPPED = words(`
  script iframe object embed noscript template noembed noframes xmp plaintext textarea select frameset frame applet
  audio video canvas math head foreignobject annotation-xml animate animatetransform animatemotion set link meta base
  form button`);
const ATTRIBUTES = words(`
  align alt border cellpadding cellspacing checked class color cols colspan datetime dir disabled height high href id
  lang low max min name open optimum reversed role rows rowspan scope size span src start style summary tabindex title
  type valign value width
  xmlns viewBox preserveAspectRatio version d x y x1 y1 x2 y2 cx cy r rx ry dx dy points transform fill fill-opacity
  fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
  stroke-miterlimit opacity font-size font-family font-weight font-style font-variant text-anchor dominant-baseline
  alignment-baseline baseline-shift letter-spacing text-decoration clip-path clip-rule mask filter marker-start marker-mid
  marker-end offset stop-color stop-opacity gradientUnits gradientTransform patternUnits patternTransform markerWidth
  markerHeight refX refY orient shape-rendering vector-effect pointer-events visibility display paint-order rotate
  lengthAdjust textLength startOffset method spacing clipPathUnits maskUnits stdDeviation in in2 result`);
const LINKS = words("href src xlink:href");

/** Names in their proper case: SVG's are case-sensitive, HTML's are not. */
function properName(name: string, known: ReadonlySet<string>): string | undefined {
  if (known.has(name)) return name;
  const lower = name.toLowerCase();
  if (known.has(lower)) return lower;
  for (const one of known) if (one.toLowerCase() === lower) return one;
  return undefined;
}

/** How markup is made harmless. */
export interface SanitiseOptions {
  /** Put before every id and every reference to one, so that pieces on one page do not meet. */
  readonly idPrefix?: string;
}

/**
 * `html` with its known elements and attributes, balanced. No script, no event handler, no address but http(s), mailto,
 * page-internal and images as data; what is not markup is escaped, so every `<` of the result begins an element of ours.
 */
export function sanitise(html: string, options: SanitiseOptions = {}): string {
  const out: string[] = [];
  const open: string[] = [];
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf("<", at);
    if (next < 0) {
      out.push(html.slice(at));
      break;
    }
    out.push(html.slice(at, next));
    at = next;
    if (html.startsWith("<!--", at)) {
      const end = html.indexOf("-->", at + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    if (/^<[!?]/.test(html.slice(at, at + 2))) {
      const end = html.indexOf(">", at);
      at = end < 0 ? html.length : end + 1;
      continue;
    }
    const tag = readTag(html, at);
    if (tag === undefined) {
      out.push("&lt;");
      at++;
      continue;
    }
    at = tag.end;
    const lower = tag.name.toLowerCase();
    if (DROPPED.has(lower) || lower === "style") {
      const content = tag.isClosing || tag.isEmpty ? "" : rawContent(html, at, lower);
      if (lower === "style" && content !== "") out.push(safeStyle(content));
      if (!tag.isClosing && !tag.isEmpty) at = afterRaw(html, at, lower);
      continue;
    }
    const name = properName(tag.name, ELEMENTS);
    if (name === undefined) continue;
    if (tag.isClosing) {
      const opener = open.lastIndexOf(name);
      if (opener < 0) continue;
      for (const inner of open.splice(opener).reverse()) out.push(`</${inner}>`);
      continue;
    }
    const attributes = tag.attributes
      .map(([key, value]) => safeAttribute(name, key, value, options))
      .join("");
    const isVoid = VOID.has(name);
    out.push(`<${name}${attributes}>`);
    if (isVoid) continue;
    // "<g/>" is empty in SVG; "<div/>" is not in HTML, and is closed here as its writer meant it.
    if (tag.isEmpty) out.push(`</${name}>`);
    else open.push(name);
  }
  for (const name of open.reverse()) out.push(`</${name}>`);
  return out.join("");
}

interface Tag {
  readonly name: string;
  readonly isClosing: boolean;
  readonly isEmpty: boolean;
  readonly attributes: readonly (readonly [string, string])[];
  readonly end: number;
}

const NAME = /<(\/?)([a-zA-Z][a-zA-Z0-9:-]*)/y;
const ATTRIBUTE = /[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?/y;
const END = /[\s/]*>/y;

/** The tag at `start`, or `undefined` when what stands there is none. */
function readTag(html: string, start: number): Tag | undefined {
  NAME.lastIndex = start;
  const begun = NAME.exec(html);
  if (begun === null) return undefined;
  let at = NAME.lastIndex;
  const attributes: [string, string][] = [];
  for (;;) {
    END.lastIndex = at;
    const ended = END.exec(html);
    if (ended !== null) {
      const isEmpty = ended[0].includes("/");
      return { name: begun[2]!, isClosing: begun[1] === "/", isEmpty, attributes, end: END.lastIndex };
    }
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(html);
    if (attribute === null) return undefined;
    attributes.push([attribute[1]!, unescapeHtml(attribute[2] ?? attribute[3] ?? attribute[4] ?? "")]);
    at = ATTRIBUTE.lastIndex;
  }
}

function rawContent(html: string, at: number, name: string): string {
  const end = html.slice(at).search(new RegExp(`</${name}[\\s/>]`, "i"));
  return end < 0 ? html.slice(at) : html.slice(at, at + end);
}

function afterRaw(html: string, at: number, name: string): number {
  const closing = new RegExp(`</${name}[^>]*>`, "gi");
  closing.lastIndex = at;
  return closing.exec(html) === null ? html.length : closing.lastIndex;
}

/** A style sheet stays when nothing in it reaches out of the page or out of its element. */
function safeStyle(css: string): string {
  return /[<\\]|@import|url\s*\(|expression\s*\(|position\s*:\s*(?:fixed|sticky)/i.test(css)
    ? ""
    : `<style>${css}</style>`;
}

function safeAttribute(
  element: string,
  given: string,
  value: string,
  { idPrefix = "" }: SanitiseOptions,
): string {
  const lower = given.toLowerCase();
  const isOpen = lower.startsWith("aria-") || lower.startsWith("data-");
  const name = isOpen
    ? /^[a-z0-9-]+$/.test(lower)
      ? lower
      : undefined
    : lower === "xlink:href"
      ? "href"
      : properName(given, ATTRIBUTES);
  if (name === undefined) return "";
  if (element === "input" && name === "type" && lower === "type" && value !== "checkbox") return "";
  if (LINKS.has(name)) {
    if (value.startsWith("#")) return ` ${name}="#${escapeHtml(idPrefix + value.slice(1))}"`;
    return isSafeAddress(value, name === "src" || element === "image") && element !== "use"
      ? ` ${name}="${escapeHtml(value)}"`
      : "";
  }
  if (
    name === "style" &&
    /[<\\]|url\s*\(|expression\s*\(|position\s*:\s*(?:fixed|sticky)|javascript:/i.test(value)
  )
    return "";
  if (name === "id") return ` id="${escapeHtml(idPrefix + value)}"`;
  const references = value.replace(
    /url\(\s*["']?#([^)"']*)["']?\s*\)/g,
    (_, id: string) => `url(#${idPrefix}${id})`,
  );
  if (/url\s*\((?!#)/i.test(references)) return "";
  return ` ${name}="${escapeHtml(references)}"`;
}

/** Pages need no network: pictures come as data; links may lead anywhere that is no script. */
export function isSafeAddress(address: string, isPicture: boolean): boolean {
  // Browsers skip control characters and spaces inside a scheme.
  // eslint-disable-next-line no-control-regex
  const plain = address.replace(/[\u0000-\u0020\u007f]/g, "").toLowerCase();
  if (isPicture)
    return (
      /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/.test(plain) || !/^[a-z][a-z0-9+.-]*:|^\/\//.test(plain)
    );
  return /^(https?:|mailto:)/.test(plain) || !/^[^/?#]*:|^\/\//.test(plain);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  colon: ":",
  tab: "\t",
  newline: "\n",
};

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));?/gi,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "";
    },
  );
}
