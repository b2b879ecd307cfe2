/**
 * What became of a text, in words: pieces of ["=" kept | "-" gone | "+" new, text].
 * Scripts without spaces between words are compared by characters.
 */

const PIECE =
  /\s+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_]+|./gsu;
const MOST_CELLS = 4_000_000; // beyond, texts are only told apart as a whole

export function wordsOf(text) {
  return text.match(PIECE) ?? [];
}

export function wordDiff(before, after) {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  const runs = compare(a, b).map(([sign, words]) => [sign, words.join("")]);
  return phrases(runs);
}

/** A space alone between two changes belongs to both: "mot de passe" became "code". */
function phrases(runs) {
  const pieces = [];
  let [gone, fresh] = ["", ""];
  const flush = () => {
    if (gone) pieces.push(["-", gone]);
    if (fresh) pieces.push(["+", fresh]);
    [gone, fresh] = ["", ""];
  };
  for (const [at, [sign, text]] of runs.entries()) {
    const isBetween = !text.trim() && gone && fresh && at < runs.length - 1;
    if (sign === "=" && !isBetween) {
      flush();
      pieces.push([sign, text]);
      continue;
    }
    if (sign !== "+") gone += text;
    if (sign !== "-") fresh += text;
  }
  flush();
  return pieces;
}

/** Runs of ["=" | "-" | "+", items]; of a changed place what is gone comes first. */
export function compare(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  const runs = [
    ["=", a.slice(0, start)],
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ["=", a.slice(a.length - end)],
  ];
  return runs.filter(([, items]) => items.length);
}

function middle(a, b) {
  if (!a.length || !b.length || a.length * b.length > MOST_CELLS) {
    return [
      ["-", a],
      ["+", b],
    ];
  }
  return walk(a, b, lengths(a, b));
}

/** Of the longest common subsequence of each pair of rests. */
function lengths(a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const below = (i + 1) * width;
      table[i * width + j] =
        a[i] === b[j]
          ? table[below + j + 1] + 1
          : Math.max(table[below + j], table[i * width + j + 1]);
    }
  }
  return table;
}

function walk(a, b, table) {
  const width = b.length + 1;
  const runs = [];
  let [i, j] = [0, 0];
  let [gone, fresh] = [[], []];
  const flush = () => {
    if (gone.length) runs.push(["-", gone]);
    if (fresh.length) runs.push(["+", fresh]);
    [gone, fresh] = [[], []];
  };
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      flush();
      runs.push(["=", [a[i]]]);
      [i, j] = [i + 1, j + 1];
    } else if (
      j === b.length ||
      (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])
    ) {
      gone.push(a[i]);
      i += 1;
    } else {
      fresh.push(b[j]);
      j += 1;
    }
  }
  flush();
  return joined(runs);
}

function joined(runs) {
  const out = [];
  for (const [sign, items] of runs) {
    if (out.at(-1)?.[0] === sign) out.at(-1)[1].push(...items);
    else out.push([sign, [...items]]);
  }
  return out;
}
