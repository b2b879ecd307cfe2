import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SegmentStore } from "../../static/js/components/workspace/store.js";

/** Answers when it is told to, and knows every segment. */
class Server {
  change = 1;
  asked = [];
  #answers = [];

  fetch(url) {
    const ids = new URL(url, "http://test").searchParams
      .get("ids")
      .split(",")
      .map(Number);
    this.asked.push(ids);
    const rows = ids.map((id) => ({ id, version: this.change }));
    const answer = { change: this.change, rows };
    return new Promise((resolve) => {
      this.#answers.push(() => resolve({ ok: true, json: async () => answer }));
    });
  }

  /** One of the requests that wait, the oldest first. */
  answer(place = 0) {
    const [answer] = this.#answers.splice(place, 1);
    answer();
  }
}

let server;
let store;

beforeEach(() => {
  server = new Server();
  globalThis.fetch = (url) => server.fetch(url);
  store = new SegmentStore({ segments: "/segments/" });
});

test("who needs a row that is on its way waits for it, and asks for it no second time", async () => {
  store.need([1, 2]);
  let isHere = false;
  const needed = store.need([2]).then(() => {
    isHere = true;
  });
  await Promise.resolve();
  assert.ok(!isHere);

  server.answer();
  await needed;
  assert.equal(store.row(2).version, 1);
  assert.deepEqual(server.asked, [[1, 2]]);
});

test("what was asked for before a list was forgotten replaces nothing newer", async () => {
  const before = store.need([1]);
  store.forget();
  server.change = 2;
  const after = store.need([1]);
  server.answer(1);
  await after;
  server.answer();
  await before;
  assert.equal(store.row(1).version, 2);
  assert.equal(server.asked.length, 2);
});

test("news that overtakes a row on its way is shown", async () => {
  const needed = store.need([1]);
  store.apply([{ id: 1, version: 5 }], 5);
  server.answer();
  await needed;
  assert.equal(store.row(1).version, 5);
});
