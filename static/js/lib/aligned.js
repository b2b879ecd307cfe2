import { wordsOf } from "./word_diff.js";

const LETTER = /[\p{L}\p{N}]/u;
const SHARE = 0.4; // of the strongest: what is weaker is not shown

/**
 * What of `source` a word came from, in whole words: [[start, end]]. A model's tokens are
 * parts of words; nobody reads those. `tokens` as explained.js gives them; `number`: the
 * one that is looked at.
 */
export function alignedSpans(tokens, number, source) {
  const word = wordAround(tokens, number);
  const pairs = word.flatMap(({ sources }) => sources);
  const most = Math.max(0, ...pairs.map(([, , weight]) => weight));
  const strong = pairs.filter(([, , weight]) => weight >= most * SHARE);
  const words = wordPlaces(source).filter(([start, end]) =>
    strong.some(([from, to]) => from < end && start < to),
  );
  // A model looks at full stops while it thinks; a word did not come from them.
  const spoken = words.filter(([start, end]) => LETTER.test(source.slice(start, end)));
  const isWord = word.some(({ text }) => LETTER.test(text));
  return isWord && spoken.length ? spoken : words;
}

/** The tokens that stand together without a space between them. */
function wordAround(tokens, number) {
  const isWord = (token) => LETTER.test(token?.text ?? "");
  const begins = (token) => /^[\s\u2581]/.test(token.text) || !isWord(token);
  if (!isWord(tokens[number])) return [tokens[number]];
  let first = number;
  while (first > 0 && !begins(tokens[first]) && isWord(tokens[first - 1])) first -= 1;
  let last = number + 1;
  while (last < tokens.length && !begins(tokens[last])) last += 1;
  return tokens.slice(first, last);
}

function wordPlaces(text) {
  let at = 0;
  const places = wordsOf(text).map((word) => {
    at += word.length;
    return [at - word.length, at];
  });
  return places.filter(([start, end]) => text.slice(start, end).trim());
}
