import assert from "node:assert/strict";
import { test } from "node:test";
import { wordDiff } from "../../static/js/lib/word_diff.js";

test("a phrase that became another one is one change", () => {
  assert.deepEqual(wordDiff("le mot de passe est là", "le code secret est là"), [
    ["=", "le "],
    ["-", "mot de passe"],
    ["+", "code secret"],
    ["=", " est là"],
  ]);
});

test("what only came or only went leaves its spaces alone", () => {
  assert.deepEqual(wordDiff("a b c", "a c"), [
    ["=", "a "],
    ["-", "b "],
    ["=", "c"],
  ]);
  assert.deepEqual(wordDiff("a", "b "), [
    ["-", "a"],
    ["+", "b "],
  ]);
});

test("all pieces together are the texts", () => {
  const [before, after] = ["un deux  trois quatre", "one two  trois, cinq six"];
  const pieces = wordDiff(before, after);
  const side = (sign) =>
    pieces
      .filter(([kind]) => kind !== sign)
      .map(([, text]) => text)
      .join("");
  assert.deepEqual([side("+"), side("-")], [before, after]);
});
