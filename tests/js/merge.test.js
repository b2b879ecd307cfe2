import assert from "node:assert/strict";
import { test } from "node:test";
import { mergedText, mergeTexts } from "../../static/js/lib/merge.js";
import { wordDiff } from "../../static/js/lib/word_diff.js";
import { seeded } from "./random.js";

test("a diff tells what is kept, gone and new, in words", () => {
  assert.deepEqual(wordDiff("the old house", "the new house"), [
    ["=", "the "],
    ["-", "old"],
    ["+", "new"],
    ["=", " house"],
  ]);
  assert.deepEqual(wordDiff("", "new"), [["+", "new"]]);
  assert.deepEqual(wordDiff("same", "same"), [["=", "same"]]);
});

test("Chinese is compared by characters", () => {
  assert.deepEqual(wordDiff("请输入数字", "请输入号码"), [
    ["=", "请输入"],
    ["-", "数字"],
    ["+", "号码"],
  ]);
});

test("what each changed alone is taken from both", () => {
  const merged = mergeTexts("a red house", "a blue house", "a red house there");
  assert.ok(merged.isClean);
  assert.equal(mergedText(merged.pieces), "a blue house there");
});

test("what both changed at one place is left to a person", () => {
  const merged = mergeTexts("a red house", "a blue house", "a green house");
  assert.ok(!merged.isClean);
  assert.deepEqual(merged.pieces, [
    { text: "a " },
    { mine: "blue", theirs: "green" },
    { text: " house" },
  ]);
  assert.equal(mergedText(merged.pieces, "theirs"), "a green house");
});

test("the same change by both is one change", () => {
  const merged = mergeTexts("one two", "one 2", "one 2");
  assert.deepEqual(merged, { pieces: [{ text: "one 2" }], isClean: true });
});

test("texts from nothing are both kept apart", () => {
  const merged = mergeTexts("", "mine", "theirs");
  assert.deepEqual(merged.pieces, [{ mine: "mine", theirs: "theirs" }]);
});

test("whatever is written, each side of a merge holds what only that side changed", () => {
  const pick = seeded(7);
  const words = ["a", "b", "c", "d"];
  const text = () =>
    Array.from(
      { length: 1 + Math.floor(pick() * 6) },
      () => words[Math.floor(pick() * 4)],
    ).join(" ");
  for (let round = 0; round < 500; round += 1) {
    const [base, other] = [text(), text()];
    assert.equal(mergedText(mergeTexts(base, other, base).pieces), other);
    assert.equal(mergedText(mergeTexts(base, base, other).pieces), other);
    const pieces = wordDiff(base, other);
    const side = (gone) =>
      pieces
        .filter(([sign]) => sign !== gone)
        .map(([, part]) => part)
        .join("");
    assert.equal(side("+"), base);
    assert.equal(side("-"), other);
  }
});
