import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { getElementById: () => null };
globalThis.gettext = (text) => text;
const { stateOf } = await import("../../static/js/components/workspace/words.js");

const nobody = { person: { id: "1" }, isUnsaved: false, isConflict: false };
const failed = { machine: "failed", error: "The model came to no end." };

test("what failed says so and why, run or no run", () => {
  const wanted = { name: "failed", words: "Failed", more: failed.error };
  const empty = { ...failed, state: "empty", target: "" };
  assert.deepEqual(stateOf(empty, nobody), wanted);
  // Asked again for what a machine had written before.
  const old = { ...failed, state: "pretranslated", target: "Un", origin: "machine" };
  assert.deepEqual(stateOf(old, nobody), wanted);
});

test("a person's text stays that person's, whatever a model did beside it", () => {
  const row = { ...failed, state: "edited", target: "Un", edited_by: { id: "1" } };
  assert.equal(stateOf(row, nobody).name, "edited");
});
