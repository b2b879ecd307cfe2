/**
 * What a model told of its tokens, at its places in texts as people see them: the model
 * read and wrote masks ([X0X]) where people see placeholders.
 */

const MASK = /\[\s*X\s*\d+\s*X\s*\]/i;
const BLANK = /^[\s\u2581]+$/;

/** How uncertain, in words of the stylesheet; nothing is said of what is likely. */
export function doubtOf(logprob) {
  if (logprob === null) return "";
  const probability = Math.exp(logprob);
  if (probability < 0.3) return "high";
  return probability < 0.7 ? "some" : "";
}

/**
 * Tokens of `explanation` in `target`: [{before, start, end, text, probability, doubt,
 * alternatives: [[text, probability]], sources: [[start, end, weight]]}]. From `before`
 * to `start` there is the space that many tokens begin with. Empty where the text is
 * another one by now.
 */
export function explainedTokens(explanation, source, target) {
  const tokens = explanation?.tokens ?? [];
  if (!tokens.length) return [];
  const places = placesIn(tokens.map(([text]) => text).join(""), target);
  if (!places) return [];
  const there = sourceSpans(explanation.source ?? [], source);
  let at = 0;
  return tokens.map(([text, logprob, alternatives, pairs]) => {
    const before = places(at);
    at += text.length;
    const end = places(at);
    const space = target.slice(before, end).match(/^\s*/)[0].length;
    return {
      before,
      start: before + space,
      end,
      text,
      probability: logprob === null ? null : Math.exp(logprob),
      doubt: doubtOf(logprob),
      alternatives: alternatives.map(([other, value]) => [other, Math.exp(value)]),
      sources: strongest(pairs, there),
    };
  });
}

/** From places in masked text to places in `shown`; null where they do not belong. */
export function placesIn(masked, shown) {
  const literals = masked.split(MASK);
  const marks = masked.match(new RegExp(MASK.source, "gi")) ?? [];
  const spans = [];
  let [here, there] = [0, 0];
  for (const [number, literal] of literals.entries()) {
    const isLast = number === literals.length - 1;
    const found =
      isLast && number ? shown.lastIndexOf(literal) : shown.indexOf(literal, there);
    if (found < there) return null;
    spans.push([here, found, literal.length]);
    here += literal.length + (marks[number]?.length ?? 0);
    there = found + literal.length;
  }
  if (masked.trim() && shown.slice(there).trim()) return null;
  return (place) => translate(spans, place, shown.length);
}

function translate(spans, place, most) {
  const [start, there, length] = spans.findLast(([begin]) => begin <= place) ?? spans[0];
  return Math.min(most, there + Math.min(place - start, length));
}

/** Where each token of the source is; what the text does not have is nowhere. */
function sourceSpans(tokens, source) {
  let at = 0;
  return tokens.map((token) => {
    const bare = token.replace(/^[\s\u2581]+|[\s\u2581]+$/g, "");
    const start = bare && !BLANK.test(token) ? source.indexOf(bare, at) : -1;
    if (start < 0) return null;
    at = start + bare.length;
    return [start, at];
  });
}

/** Those that count beside the strongest one. */
function strongest(pairs, spans) {
  const known = pairs
    .filter(([number]) => spans[number])
    .map(([number, weight]) => [...spans[number], weight]);
  const most = Math.max(0, ...known.map(([, , weight]) => weight));
  return known.filter(([, , weight]) => weight >= most * 0.4);
}
