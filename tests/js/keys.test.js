import assert from "node:assert/strict";
import { test } from "node:test";
import { keyMeaning } from "../../static/js/components/workspace/keys.js";

function meaning(key, place, more = {}) {
  const event = { key, code: "", getModifierState: () => false, ...more };
  return keyMeaning(event, place)?.action;
}

test("a letter acts in the list alone, and with Alt while one types", () => {
  assert.equal(meaning("a", "list"), "accept");
  assert.equal(meaning("a", "text"), undefined);
  assert.equal(meaning("a", "text", { altKey: true }), "accept");
  assert.equal(meaning("a", ""), undefined);
});

test("a letter is found whatever the layout or Alt makes of it", () => {
  assert.equal(meaning("å", "text", { altKey: true, code: "KeyA" }), "accept");
  assert.equal(meaning("ф", "list", { code: "KeyA" }), "accept");
  assert.equal(meaning("a", "list", { code: "KeyQ" }), "accept");
});

test("AltGr writes a sign, and a composition is the input method's", () => {
  const isAltGraph = { getModifierState: (name) => name === "AltGraph" };
  assert.equal(meaning("x", "text", { altKey: true, ...isAltGraph }), undefined);
  assert.equal(meaning("x", "text", { altKey: true, ctrlKey: true }), undefined);
  assert.equal(meaning("Enter", "list", { isComposing: true }), undefined);
});

test("a completion is taken by word or whole", () => {
  assert.equal(meaning("Tab", "text"), "take-word");
  assert.equal(meaning("Tab", "text", { shiftKey: true }), undefined);
  assert.equal(meaning("Enter", "text", { ctrlKey: true }), "take-all");
  assert.equal(meaning("Enter", "text", { metaKey: true }), "take-all");
  assert.equal(meaning("Enter", "text"), undefined);
});

test("a figure with Alt inserts that suggestion", () => {
  const event = { key: "¡", code: "Digit1", altKey: true, getModifierState: () => false };
  assert.deepEqual(keyMeaning(event, "text"), { action: "insert", number: 0 });
});
