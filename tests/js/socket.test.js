import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { reconnectDelay } from "../../static/js/lib/backoff.js";
import { fitsFrame, Socket } from "../../static/js/lib/socket.js";

/** A connection whose other end is the test. */
class Line {
  sent = [];
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.isClosed = true;
  }
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

let lines;
let socket;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  lines = [];
  socket = new Socket("ws://test/", () => {
    lines.push(new Line());
    return lines.at(-1);
  });
  socket.connect();
});

function answerLast(line, answer) {
  line.say({ ...answer, ref: line.sent.at(-1).ref });
}

test("it is open once the server says hello", () => {
  assert.equal(socket.status, "connecting");
  lines[0].say({ type: "hello", version: 1 });
  assert.equal(socket.status, "open");
});

test("an answer finds its request by its ref", async () => {
  lines[0].say({ type: "hello" });
  const first = socket.request({ type: "ping" });
  const second = socket.request({ type: "ping" });
  const [one, two] = lines[0].sent;
  lines[0].say({ type: "ok", ref: two.ref, url: "/two/" });
  lines[0].say({ type: "ok", ref: one.ref, url: "/one/" });
  assert.equal((await first).url, "/one/");
  assert.equal((await second).url, "/two/");
});

test("a refusal carries the server's words", async () => {
  lines[0].say({ type: "hello" });
  const asked = socket.request({ type: "send" });
  answerLast(lines[0], { type: "error", code: "quota", message: "Wait a little." });
  await assert.rejects(asked, { code: "quota", message: "Wait a little." });
});

test("other frames are passed on", () => {
  const frames = [];
  socket.addEventListener("frame", (event) => frames.push(event.detail));
  lines[0].say({ type: "hello" });
  lines[0].say({ type: "list" });
  assert.deepEqual(frames, [{ type: "list" }]);
});

test("a lost connection fails what waits, and comes back", async () => {
  lines[0].say({ type: "hello" });
  const asked = socket.request({ type: "send" });
  lines[0].onclose({ code: 1006 });
  await assert.rejects(asked, { code: "lost" });
  assert.equal(socket.status, "waiting");
  mock.timers.tick(15_000);
  assert.equal(lines.length, 2);
  lines[1].say({ type: "hello" });
  assert.equal(socket.status, "open");
});

test("it does not come back once signed out", () => {
  lines[0].onclose({ code: 4401 });
  mock.timers.tick(60_000);
  assert.equal(socket.status, "signed-out");
  assert.equal(lines.length, 1);
});

test("a server that answers no ping is left", () => {
  lines[0].say({ type: "hello" });
  mock.timers.tick(25_000);
  assert.deepEqual(lines[0].sent.at(-1).type, "ping");
  mock.timers.tick(10_000);
  assert.ok(lines[0].isClosed);
  assert.equal(socket.status, "waiting");
});

test("it waits as long as a restarting server asks", () => {
  lines[0].say({ type: "hello" });
  lines[0].say({ type: "reconnect", after: 20 });
  lines[0].onclose({ code: 1012 });
  mock.timers.tick(19_999);
  assert.equal(lines.length, 1);
  mock.timers.tick(1);
  assert.equal(lines.length, 2);
});

test("a text of many bytes is known not to fit, whatever its length", () => {
  assert.ok(fitsFrame({ type: "send", text: "a".repeat(200_000) }));
  assert.ok(!fitsFrame({ type: "send", text: "汉".repeat(100_000) }));
});

test("delays are spread between half a second and fifteen", () => {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    assert.equal(
      reconnectDelay(attempt, () => 0),
      500,
    );
    assert.ok(reconnectDelay(attempt, () => 1) <= 15_000);
  }
  assert.equal(
    reconnectDelay(20, () => 1),
    15_000,
  );
});
