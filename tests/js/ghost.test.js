import assert from "node:assert/strict";
import { test } from "node:test";
import { firstWord, Ghost } from "../../static/js/lib/ghost.js";

test("it offers what follows, and goes on while one types along", () => {
  const ghost = new Ghost();
  const number = ghost.ask("Êtes");
  ghost.answer({ number, text: "-vous sûr ?" });
  assert.equal(ghost.rest("Êtes"), "-vous sûr ?");
  assert.equal(ghost.rest("Êtes-vo"), "us sûr ?");
  assert.equal(ghost.ask("Êtes-vo"), null);
});

test("another text asks anew, with a higher number", () => {
  const ghost = new Ghost();
  const first = ghost.ask("Êtes");
  ghost.answer({ number: first, text: "-vous" });
  assert.equal(ghost.rest("Ête "), "");
  assert.ok(ghost.ask("Ête ") > first);
});

test("an answer that comes late is dropped", () => {
  const ghost = new Ghost();
  const first = ghost.ask("A");
  const second = ghost.ask("B");
  assert.ok(!ghost.answer({ number: first, text: "lpha" }));
  assert.equal(ghost.rest("B"), "");
  assert.ok(ghost.answer({ number: second, text: "eta" }));
  assert.equal(ghost.rest("B"), "eta");
});

test("what was deleted is not offered again", () => {
  const ghost = new Ghost();
  ghost.answer({ number: ghost.ask("Bonjour"), text: " le monde" });
  assert.equal(ghost.rest("Bonj"), "");
  assert.notEqual(ghost.ask("Bonj"), null);
});

test("rows share their numbers: those of a connection only grow", () => {
  const numbers = { last: 0 };
  const first = new Ghost(numbers).ask("a");
  assert.ok(new Ghost(numbers).ask("a") > first);
});

test("an answer that says nothing is not asked for again", () => {
  const ghost = new Ghost();
  ghost.answer({ number: ghost.ask("Fin."), text: "" });
  assert.equal(ghost.ask("Fin."), null);
});

test("a word is taken with the space before it and the sign behind", () => {
  assert.equal(firstWord(" le monde", "fr"), " le");
  assert.equal(firstWord(" monde, salut", "fr"), " monde,");
  assert.equal(firstWord("-vous sûr", "fr"), "-vous");
  assert.equal(firstWord("数字。请输入", "zh"), "数字。");
  assert.equal(firstWord(" ?", "fr"), " ?");
});
