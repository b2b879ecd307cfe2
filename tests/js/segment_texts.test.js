import assert from "node:assert/strict";
import { test } from "node:test";
import { cutPlaces, likelyCut } from "../../static/js/lib/cut_places.js";
import { LiveTexts } from "../../static/js/lib/live_texts.js";
import { cutByMarks, cutWithin } from "../../static/js/lib/marks.js";
import { placeablesMissing, placeablesOf } from "../../static/js/lib/placeables.js";

const texts = (found) => found.map(({ text }) => text);

test("placeholders and tags are found, and words are not", () => {
  const source =
    'Delete %(count)s of {total} <b class="x">files</b> &amp; %s, 100% sure, {{ name }}';
  assert.deepEqual(texts(placeablesOf(source)), [
    "%(count)s",
    "{total}",
    '<b class="x">',
    "</b>",
    "&amp;",
    "%s",
    "{{ name }}",
  ]);
});

test("codes of the file count whatever they look like", () => {
  assert.deepEqual(texts(placeablesOf("Press ⟦1⟧OK⟦/1⟧", ["⟦1⟧", "⟦/1⟧"])), [
    "⟦1⟧",
    "⟦/1⟧",
  ]);
});

test("what the translation lacks is told as often as it lacks it", () => {
  assert.deepEqual(texts(placeablesMissing("%s and %s", "%s")), ["%s"]);
  assert.deepEqual(placeablesMissing("%s and %s", "%s et %s"), []);
});

test("marks that overlap are cut where each begins and ends", () => {
  const marks = [
    { start: 0, end: 5, kind: "a" },
    { start: 3, end: 8, kind: "b" },
    { start: 9, end: 9, kind: "nothing" },
  ];
  assert.deepEqual(
    cutByMarks("0123456789", marks).map(({ text, kinds }) => [text, kinds.join(" ")]),
    [
      ["012", "a"],
      ["34", "a b"],
      ["567", "b"],
      ["89", ""],
    ],
  );
});

test("a placeholder stays one thing, wherever marks begin and end in it", () => {
  const text = "حذف %(name)s";
  const [tag] = placeablesOf(text).map((found) => ({ ...found, kind: "tag" }));
  const hit = { start: 6, end: 10, kind: "found" };
  const groups = cutWithin(text, [hit], [tag]).map(({ whole, pieces }) => [
    whole === tag,
    pieces.map(({ text: piece, kinds }) => `${piece}:${kinds}`),
  ]);
  assert.deepEqual(groups, [
    [false, ["حذف :"]],
    [true, ["%(:", "name:found", ")s:"]],
  ]);
  assert.deepEqual(cutWithin("", [hit], []), []);
});

test("what is written live grows, is replaced, and never goes back", () => {
  const live = new LiveTexts();
  assert.deepEqual(live.take([{ segment: 1, seq: 3, text: "Bon" }]), [1]);
  assert.deepEqual(live.take([{ segment: 1, seq: 5, text: "jour" }]), [1]);
  assert.deepEqual(live.take([{ segment: 1, seq: 4, text: "late" }]), []);
  assert.equal(live.get(1), "Bonjour");
  live.take([{ segment: 1, seq: 6, text: "Salut", restart: true }]);
  assert.equal(live.get(1), "Salut");
  live.drop(1);
  assert.equal(live.get(1), undefined);
});

test("a segment is cut between words, best after a sentence", () => {
  const text = "It works. Try it again now.";
  const places = cutPlaces(text, "en");
  assert.deepEqual(places, [3, 10, 14, 17, 23]);
  assert.equal(likelyCut(text, places), 10);
  assert.deepEqual(cutPlaces("One", "en"), []);
});
