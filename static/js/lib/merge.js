import { compare, wordsOf } from "./word_diff.js";

/**
 * Two people changed the same text: what both wanted, where it can be told.
 * `pieces`: {text} where there is one answer, {mine, theirs} where they disagree.
 */
export function mergeTexts(base, mine, theirs) {
  const sides = [base, mine, theirs].map(wordsOf);
  const kept = [keptOf(sides[0], sides[1]), keptOf(sides[0], sides[2])];
  const pieces = [];
  const at = [0, 0, 0];
  for (let word = 0; word <= sides[0].length; word += 1) {
    const isEnd = word === sides[0].length;
    if (!isEnd && (kept[0][word] < 0 || kept[1][word] < 0)) continue;
    const until = isEnd
      ? sides.map((words) => words.length)
      : [word, kept[0][word], kept[1][word]];
    const texts = sides.map((words, side) => words.slice(at[side], until[side]).join(""));
    add(pieces, settled(...texts));
    if (!isEnd) add(pieces, { text: sides[0][word] });
    for (const side of [0, 1, 2]) at[side] = until[side] + 1;
  }
  return { pieces, isClean: pieces.every((piece) => "text" in piece) };
}

/** The text in which each disagreement is settled for one side. */
export function mergedText(pieces, side = "mine") {
  return pieces.map((piece) => piece.text ?? piece[side]).join("");
}

/** For each word of the base its place in the other text; -1: it is gone. */
function keptOf(base, other) {
  const places = new Array(base.length).fill(-1);
  let [here, there] = [0, 0];
  for (const [sign, { length }] of compare(base, other)) {
    if (sign === "=") for (let n = 0; n < length; n += 1) places[here + n] = there + n;
    if (sign !== "+") here += length;
    if (sign !== "-") there += length;
  }
  return places;
}

function settled(base, mine, theirs) {
  if (mine === theirs || theirs === base) return { text: mine };
  return mine === base ? { text: theirs } : { mine, theirs };
}

function add(pieces, piece) {
  const last = pieces.at(-1);
  if (piece.text === "") return;
  if ("text" in piece && last && "text" in last) last.text += piece.text;
  else pieces.push(piece);
}
