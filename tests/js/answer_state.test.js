import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerState } from "../../static/js/lib/answer_state.js";
import { codePointLength, splitAt } from "../../static/js/lib/text.js";
import { seeded } from "./random.js";

const TEXTS = [
  "Paris is ",
  "巴黎",
  "🚲🏽",
  "\n\n",
  "e\u0301",
  "```",
  " a long-word",
  "x",
];
const snapshot = (seq, blocks, open) => ({ type: "snapshot", seq, blocks, open });

/** What a server would send for a random text; blocks are their own source. */
function randomAnswer(random) {
  const frames = [snapshot(0, [], "")];
  const blocks = [];
  let open = "";
  let seq = 0;
  for (let count = 1 + Math.floor(random() * 40); count > 0; count -= 1) {
    const text = TEXTS[Math.floor(random() * TEXTS.length)];
    seq += 1 + Math.floor(random() * 3);
    open += text;
    frames.push({ type: "delta", seq, text });
    if (random() > 0.3) continue;
    const length = 1 + Math.floor(random() * codePointLength(open));
    const [html, rest] = splitAt(open, length);
    frames.push({ type: "block", seq, index: blocks.length, length, html });
    blocks.push(html);
    open = rest;
  }
  frames.push({ type: "finished", seq, html: "" });
  return { frames, text: blocks.join("") + open };
}

/** The snapshot a server would send after the first `count` frames. */
function snapshotAfter(frames, count) {
  const state = new AnswerState();
  for (const frame of frames.slice(0, count)) state.apply(frame);
  return snapshot(state.seq, [...state.blocks], state.open);
}

const textOf = (state) => state.blocks.join("") + state.open;

test("joined frames are the stored text", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const { frames, text } = randomAnswer(seeded(seed));
    const state = new AnswerState();
    for (const frame of frames) state.apply(frame);
    assert.equal(textOf(state), text, `seed ${seed}`);
    assert.ok(state.ended);
  }
});

test("a reader who comes back at any moment reads the stored text", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const random = seeded(seed);
    const { frames, text } = randomAnswer(random);
    const state = new AnswerState();
    const lost = Math.floor(random() * frames.length);
    const back = lost + Math.floor(random() * (frames.length - lost));
    for (const frame of frames.slice(0, lost)) state.apply(frame);
    state.apply(snapshotAfter(frames, back));
    for (const frame of frames.slice(back)) state.apply(frame);
    assert.equal(textOf(state), text, `seed ${seed}`);
  }
});

test("frames on their way when a snapshot is shown do not double the text", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const random = seeded(seed);
    const { frames, text } = randomAnswer(random);
    const state = new AnswerState();
    const early = Math.floor(random() * (frames.length - 1));
    state.apply(snapshotAfter(frames, frames.length - 1));
    for (const frame of frames.slice(1, early)) {
      if (frame.seq < state.seq) assert.equal(state.apply(frame).change, "none");
    }
    assert.equal(textOf(state), text, `seed ${seed}`);
  }
});

test("shown text only grows", () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const state = new AnswerState();
    let before = "";
    for (const frame of randomAnswer(seeded(seed)).frames) {
      state.apply(frame);
      assert.ok(textOf(state).startsWith(before), `seed ${seed}`);
      before = textOf(state);
    }
  }
});

test("text before any snapshot is a gap", () => {
  const state = new AnswerState();
  assert.equal(state.apply({ type: "delta", seq: 3, text: "is" }).change, "gap");
});

test("a block that skips one is a gap, and changes nothing", () => {
  const state = new AnswerState();
  state.apply(snapshot(4, [], "two words"));
  const block = { type: "block", seq: 4, index: 1, length: 3, html: "two" };
  assert.equal(state.apply(block).change, "gap");
  assert.equal(textOf(state), "two words");
});

test("a block longer than the open text is a gap", () => {
  const state = new AnswerState();
  state.apply(snapshot(1, [], "巴黎"));
  const block = { type: "block", seq: 1, index: 0, length: 3, html: "" };
  assert.equal(state.apply(block).change, "gap");
});

test("text that was held back may come with the last token's number", () => {
  const state = new AnswerState();
  state.apply(snapshot(2, [], "Par"));
  state.apply({ type: "delta", seq: 2, text: "is" });
  assert.equal(textOf(state), "Paris");
});

test("nothing follows the end", () => {
  const state = new AnswerState();
  state.apply(snapshot(1, [], "Yes"));
  assert.equal(state.apply({ type: "failed", seq: 1 }).change, "end");
  assert.equal(state.apply({ type: "delta", seq: 2, text: "!" }).change, "none");
  assert.equal(textOf(state), "Yes");
});
