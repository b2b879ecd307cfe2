import assert from "node:assert/strict";
import { test } from "node:test";
import { doubtOf, explainedTokens, placesIn } from "../../static/js/lib/explained.js";

const token = (text, logprob = -0.01, pairs = []) => [
  text,
  logprob,
  [[text, logprob]],
  pairs,
];

test("tokens lie where they are in the text, placeholders where masks were", () => {
  const explanation = {
    source: ["▁Delete", "▁[X", "0X]", "▁files"],
    tokens: [
      token("Supprimer", -0.1, [[0, 0.9]]),
      token(" [X"),
      token("0X]"),
      token(" fichiers", -2, [
        [3, 0.8],
        [0, 0.1],
      ]),
    ],
  };
  const shown = "Supprimer %(count)s fichiers";
  const tokens = explainedTokens(explanation, "Delete %(count)s files", shown);
  const all = tokens.map(({ before, end }) => shown.slice(before, end));
  assert.equal(all.join(""), shown);
  const words = tokens.map(({ start, end }) => shown.slice(start, end));
  assert.deepEqual([words[0], words[3]], ["Supprimer", "fichiers"]);
  assert.deepEqual(tokens[0].sources, [[0, 6, 0.9]]);
  assert.deepEqual(tokens[3].sources, [[17, 22, 0.8]]);
  assert.equal(tokens[3].doubt, "high");
});

test("nothing is said of a text that is another one by now", () => {
  const explanation = { source: [], tokens: [token("Bonjour")] };
  assert.deepEqual(explainedTokens(explanation, "Hello", "Salut"), []);
  assert.deepEqual(explainedTokens({}, "Hello", "Salut"), []);
  assert.deepEqual(explainedTokens(undefined, "Hello", "Salut"), []);
});

test("places before, in and behind a mask", () => {
  const place = placesIn("a [X0X] b", "a %s b");
  assert.deepEqual([0, 2, 7, 9].map(place), [0, 2, 4, 6]);
});

test("what is likely is not shaded", () => {
  assert.deepEqual([0, Math.log(0.5), Math.log(0.1), null].map(doubtOf), [
    "",
    "some",
    "high",
    "",
  ]);
});
