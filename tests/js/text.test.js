import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointLength, splitAt } from "../../static/js/lib/text.js";

test("it counts code points, not UTF-16 units", () => {
  assert.equal(codePointLength("a🚲巴"), 3);
  assert.deepEqual(splitAt("a🚲巴", 2), ["a🚲", "巴"]);
});

test("cutting at nothing, or beyond the end, loses nothing", () => {
  assert.deepEqual(splitAt("é", 0), ["", "é"]);
  assert.deepEqual(splitAt("é", 9), ["é", ""]);
});
