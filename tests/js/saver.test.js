import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Saver } from "../../static/js/components/workspace/saver.js";

/** A server of one segment, which can be away, and which refuses what is stale. */
class Server {
  version = 1;
  target = "";
  isAway = false;
  frames = [];

  async request(frame) {
    this.frames.push(frame);
    if (this.isAway) throw Object.assign(new Error(), { code: "lost" });
    if (frame.version !== this.version) {
      const conflict = { base: "", theirs: this.target, version: this.version };
      throw Object.assign(new Error("stale"), { code: "conflict", frame: { conflict } });
    }
    this.version += 1;
    this.target = frame.target;
    return { row: { id: 7, version: this.version, target: this.target } };
  }
}

let server;
let rows;
let saver;

beforeEach(() => {
  server = new Server();
  rows = [];
  const store = { applyOwn: (row) => rows.push(row), row: () => rows.at(-1) };
  saver = new Saver(server, store, "edits:test");
});

const edit = (target, version = 1) => ({ target, version, origin: "person", base: "" });

test("an edit is sent with the version that was seen, and shown as stored", async () => {
  assert.ok(await saver.save(7, edit("Oui")));
  assert.deepEqual(rows, [{ id: 7, version: 2, target: "Oui" }]);
  assert.equal(saver.unsaved(7), undefined);
});

test("what cannot be sent waits, and goes when the connection is back", async () => {
  server.isAway = true;
  assert.ok(!(await saver.save(7, edit("Oui"))));
  assert.equal(saver.unsaved(7), "Oui");
  server.isAway = false;
  await saver.deliver();
  assert.equal(server.target, "Oui");
  assert.equal(saver.size, 0);
});

test("two edits of a segment go one after the other, and both arrive", async () => {
  const first = saver.save(7, edit("Ou"));
  saver.remember(7, edit("Oui"));
  await first;
  await saver.deliver();
  assert.equal(server.target, "Oui");
  assert.equal(saver.conflicts.size, 0);
});

test("a stale edit is kept beside what somebody else stored", async () => {
  await server.request({ version: 1, target: "Si" });
  assert.ok(!(await saver.save(7, edit("Oui"))));
  const { mine, theirs, version } = saver.conflicts.get(7);
  assert.deepEqual([mine, theirs, version], ["Oui", "Si", 2]);
  assert.equal(saver.unsaved(7), "Oui");
});

test("two who wrote the same have no conflict", async () => {
  await server.request({ version: 1, target: "Oui" });
  assert.ok(await saver.save(7, edit("Oui")));
  assert.equal(saver.conflicts.size, 0);
  assert.equal(saver.unsaved(7), undefined);
});

test("another refusal is told, and the text is kept", async () => {
  server.request = async () => {
    throw Object.assign(new Error("You may not."), { code: "forbidden" });
  };
  await assert.rejects(saver.save(7, edit("Oui")), { code: "forbidden" });
  assert.equal(saver.unsaved(7), "Oui");
});
