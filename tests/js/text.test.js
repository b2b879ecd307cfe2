import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codePointLength,
  fieldSpan,
  fieldText,
  splitAt,
} from "../../static/js/lib/text.js";

test("it counts code points, not UTF-16 units", () => {
  assert.equal(codePointLength("a🚲巴"), 3);
  assert.deepEqual(splitAt("a🚲巴", 2), ["a🚲", "巴"]);
});

test("cutting at nothing, or beyond the end, loses nothing", () => {
  assert.deepEqual(splitAt("é", 0), ["", "é"]);
  assert.deepEqual(splitAt("é", 9), ["é", ""]);
});

/** What a line is drawn under, of places that the server tells in code points. */
function under(text, start, end) {
  const span = fieldSpan(text, start, end);
  return fieldText(text).slice(span.start, span.end);
}

test("a finding is under its own letters, whatever stands before them", () => {
  for (const before of [
    "",
    "\n",
    " ",
    "🚲",
    "é",
    "e\u0301",
    "👨‍👩‍👧",
    "a\r\nb\r\n",
    "\r",
  ]) {
    const start = codePointLength(before);
    assert.equal(under(`${before}wrong, right`, start, start + 5), "wrong");
  }
});

test("it is under whole characters, never under half of one", () => {
  assert.equal(under("cafe\u0301", 4, 5), "e\u0301");
  assert.equal(under("cafe\u0301", 3, 4), "e\u0301");
  assert.equal(under("👨‍👩‍👧 ici", 0, 1), "👨‍👩‍👧");
});

test("what is under nothing stays so, and nothing is beyond the end", () => {
  assert.equal(under("", 0, 1), "");
  assert.equal(under("ab", 1, 1), "");
  assert.equal(under("ab", 1, 9), "b");
});
