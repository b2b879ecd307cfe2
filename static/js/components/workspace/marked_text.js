import { cutWithin } from "../../lib/marks.js";
import { placeablesOf } from "../../lib/placeables.js";
import { wordDiff } from "../../lib/word_diff.js";

const TAGS = { "=": "span", "-": "del", "+": "ins" };

/** Shows a text with its marks: a span of class `mark mark-KIND` for each piece. */
export function showMarked(element, text, marks) {
  element.replaceChildren(...markedNodes(text, marks));
}

/** A tag is one span, so that text that goes the other way leaves it whole. */
export function markedNodes(text, marks) {
  const tags = marks.filter(({ kind }) => kind === "tag");
  const others = marks.filter(({ kind }) => kind !== "tag");
  return cutWithin(text, others, tags).flatMap(({ whole, pieces }) => {
    const nodes = pieces.map(markNode);
    return whole ? [markSpan(["tag"], nodes)] : nodes;
  });
}

function markNode({ text, kinds }) {
  return kinds.length ? markSpan(kinds, [text]) : document.createTextNode(text);
}

function markSpan(kinds, children) {
  const span = document.createElement("span");
  span.className = `mark ${kinds.map((kind) => `mark-${kind}`).join(" ")}`;
  span.append(...children);
  return span;
}

/**
 * A text in pieces that `make` shows, {text, kinds}: placeholders and tags go from left
 * to right by themselves, whatever is around them.
 */
export function isolatedNodes(text, { marks = [], codes = [], make = markNode } = {}) {
  return cutWithin(text, marks, tagMarks(text, codes)).flatMap(({ whole, pieces }) => {
    const nodes = pieces.map(make);
    if (!whole) return nodes;
    const isolate = document.createElement("bdi");
    isolate.dir = "ltr";
    isolate.append(...nodes);
    return [isolate];
  });
}

export function tagMarks(text, codes) {
  return placeablesOf(text, codes).map((found) => ({ ...found, kind: "tag" }));
}

/** Where a search hits, as the server finds it: letters of either case. */
export function foundMarks(text, query) {
  if (!query) return [];
  const [where, what] = [text.toLowerCase(), query.toLowerCase()];
  // Some letters change their length with their case: then places would be wrong.
  if (where.length !== text.length) return [];
  const marks = [];
  for (
    let at = where.indexOf(what);
    at >= 0;
    at = where.indexOf(what, at + what.length)
  ) {
    marks.push({ start: at, end: at + what.length, kind: "found" });
  }
  return marks;
}

/** What changed from one text to the other, as <del> and <ins>. */
export function diffNodes(before, after) {
  return pieceNodes(wordDiff(before, after));
}

/** Of pieces ["=" | "-" | "+", text]. */
export function pieceNodes(pieces) {
  let at = 0;
  const marks = pieces.map(([kind, { length }]) => {
    at += length;
    return { start: at - length, end: at, kind };
  });
  // What is gone and what came of one placeholder still look like one together.
  const text = pieces.map(([, piece]) => piece).join("");
  const make = ({ text: piece, kinds: [sign] }) => {
    const node = document.createElement(TAGS[sign]);
    node.textContent = piece;
    return node;
  };
  return isolatedNodes(text, { marks, make });
}
