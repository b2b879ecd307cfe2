import assert from "node:assert/strict";
import { test } from "node:test";
import { languagesNamed } from "../../static/js/lib/file_language.js";

const TAGS = ["fr", "pt", "pt-BR", "zh-Hans", "ar"];

test("a file's name says which language it is for", () => {
  assert.deepEqual(languagesNamed("app.fr.json", TAGS), ["fr"]);
  assert.deepEqual(languagesNamed("values-pt.xml", TAGS), ["pt"]);
  assert.deepEqual(languagesNamed("FR.po", TAGS), ["fr"]);
});

test("a language with its region is not the language without", () => {
  assert.deepEqual(languagesNamed("pt_BR.po", TAGS), ["pt-BR"]);
  assert.deepEqual(languagesNamed("zh-hans.lproj.strings", TAGS), ["zh-Hans"]);
});

test("letters in the middle of a word say nothing", () => {
  assert.deepEqual(languagesNamed("frame.md", TAGS), []);
  assert.deepEqual(languagesNamed("calendar.po", TAGS), []);
  assert.deepEqual(languagesNamed("第一章.md", TAGS), []);
});
