import assert from "node:assert/strict";
import { test } from "node:test";
import { alignedSpans } from "../../static/js/lib/aligned.js";

const SOURCE = "Form data submitted. Please try again.";
const at = (word, weight) => {
  const start = SOURCE.indexOf(word);
  return [start, start + word.length, weight];
};
const token = (text, ...sources) => ({ text, sources });
const words = (tokens, number) =>
  alignedSpans(tokens, number, SOURCE).map(([start, end]) => SOURCE.slice(start, end));

test("parts of a word mark the whole word, and full stops are not words", () => {
  const tokens = [token(" sur", at("ted", 0.5), at(".", 0.4), at("Please", 0.3))];
  assert.deepEqual(words(tokens, 0), ["submitted", "Please"]);
});

test("any part of a word tells of the whole word", () => {
  const tokens = [
    token("Veuille", at("Please", 0.9)),
    token("z", at("try", 0.2)),
    token(" encore", at("again", 0.9)),
  ];
  assert.deepEqual(words(tokens, 0), ["Please"]);
  assert.deepEqual(words(tokens, 1), ["Please"]);
  assert.deepEqual(words(tokens, 2), ["again"]);
});

test("a full stop came from a full stop", () => {
  const tokens = [token(" fin", at("again", 1)), token(".", at(".", 0.9))];
  assert.deepEqual(words(tokens, 1), ["."]);
  assert.deepEqual(words(tokens, 0), ["again"]);
});

test("Chinese has no spaces: each character is for itself", () => {
  const tokens = [token("ferry", [1, 2, 0.9])];
  assert.deepEqual(alignedSpans(tokens, 0, "乘渡轮"), [[1, 2]]);
});
