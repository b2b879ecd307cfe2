import assert from "node:assert/strict";
import { test } from "node:test";
import { Sentences } from "../../static/js/lib/sentences.js";

function spoken(...chunks) {
  const sentences = new Sentences();
  return [...chunks.flatMap((chunk) => sentences.push(chunk)), ...sentences.flush()];
}

test("it waits for the end of a sentence", () => {
  const sentences = new Sentences();
  assert.deepEqual(sentences.push("The capital"), []);
  assert.deepEqual(sentences.push(" is Paris. It"), ["The capital is Paris."]);
  assert.deepEqual(sentences.flush(), ["It"]);
});

test("a number with a point is one word", () => {
  assert.deepEqual(spoken("Pi is 3.", "14 or so. Yes."), ["Pi is 3.14 or so.", "Yes."]);
});

test("Chinese sentences need no space after them", () => {
  assert.deepEqual(spoken("你好。我是", "模型。"), ["你好。", "我是模型。"]);
});

test("lines of a list are said one by one", () => {
  assert.deepEqual(spoken("- one\n- two\n"), ["- one", "- two"]);
});
