import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Outbox } from "../../static/js/lib/outbox.js";

const FRAME = { type: "send", key: "k".repeat(32), text: "Hello" };

/** sessionStorage, as far as it is used. */
class Storage extends Map {
  getItem(name) {
    return this.get(name) ?? null;
  }
  setItem(name, value) {
    this.set(name, value);
  }
  removeItem(name) {
    this.delete(name);
  }
}

beforeEach(() => {
  globalThis.sessionStorage = new Storage();
});

const lost = Object.assign(new Error("lost"), { code: "lost" });
const socketThat = (request) => ({ request });

test("what was not answered is sent again with the same key, even after a reload", async () => {
  const outbox = new Outbox("outbox");
  outbox.put(FRAME);
  const away = socketThat(() => Promise.reject(lost));
  assert.equal(await outbox.deliver(away), null);
  const keys = [];
  const back = socketThat(async (frame) => {
    keys.push(frame.key);
    return { type: "ok" };
  });
  assert.deepEqual(await new Outbox("outbox").deliver(back), { type: "ok" });
  assert.deepEqual(keys, [FRAME.key]);
  assert.equal(new Outbox("outbox").frame, null);
});

test("two deliveries at once send once", async () => {
  const outbox = new Outbox("outbox");
  outbox.put(FRAME);
  let count = 0;
  const socket = socketThat(async () => {
    count += 1;
    return { type: "ok" };
  });
  await Promise.all([outbox.deliver(socket), outbox.deliver(socket)]);
  assert.equal(count, 1);
});

test("a refused message leaves the outbox, so that its writer can change it", async () => {
  const outbox = new Outbox("outbox");
  outbox.put(FRAME);
  const refusal = Object.assign(new Error("Too long."), { code: "too_long" });
  await assert.rejects(outbox.deliver(socketThat(() => Promise.reject(refusal))), {
    code: "too_long",
  });
  assert.equal(outbox.frame, null);
});
