// JSON as it was sent, but pretty. It is not read as JSON first: numbers and repeated names stay as they are, and what was cut can
// be shown too.

import { element } from "./dom.js";

const PART = /"(?:[^"\\]|\\[^])*"?|[{}[\],:]|[^\s"{}[\],:]+/g;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g;

/** The deepest indent: nobody may fill the memory with brackets. */
const DEEPEST = 24;

/** A body as highlighted JSON if it looks like JSON, otherwise as it is. */
export function json(text) {
  const pre = element("pre", { className: "json", tabIndex: 0 });
  if (/^\s*[{[]/.test(text)) pre.append(...pretty(text).split("\n").map(line));
  else pre.textContent = text;
  return pre;
}

/** The same text with one element on each line. */
export function pretty(text) {
  let depth = 0;
  let opened = false;
  let out = "";
  const fresh = () => `\n${"  ".repeat(Math.min(depth, DEEPEST))}`;
  for (const [part] of text.matchAll(PART)) {
    const closes = part === "}" || part === "]";
    if (closes) depth = Math.max(0, depth - 1);
    if (opened !== closes) out += fresh();
    opened = part === "{" || part === "[";
    if (opened) depth += 1;
    out += part === ":" ? ": " : part;
    if (part === ",") out += fresh();
  }
  return out.trimStart();
}

/** One line, which is broken behind its own indent where it is too long. */
function line(text) {
  const node = element("span", { className: "line" });
  node.style.setProperty("--indent", text.search(/\S/));
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon, number] = match;
    const kind = colon !== undefined ? "key" : string ? "string" : number ? "number" : "word";
    node.append(text.slice(end, match.index), element("span", { className: kind, textContent: string ?? whole }), colon ?? "");
    end = match.index + whole.length;
  }
  node.append(text.slice(end));
  return node;
}
