import { reconnectDelay } from "./backoff.js";

const PING_MS = 25_000;
const ANSWER_MS = 10_000;
const SIGNED_OUT = 4401;
const MOST_BYTES = 256 * 1024 - 256; // a larger frame closes the socket; ref comes on top

/** Would the server take a frame of this size? */
export function fitsFrame(frame) {
  return new TextEncoder().encode(JSON.stringify(frame)).length <= MOST_BYTES;
}

/** Why a request got no answer. `code` is the server's, or "lost"; `frame`: all it said. */
export class RequestError extends Error {
  constructor(code, message = "", frame = {}) {
    super(message);
    this.code = code;
    this.frame = frame;
  }
}

/**
 * A socket that comes back. Fires "hello" with that frame at each (re)connection, "frame"
 * for what is no answer to a request, and "status" when `status` changes: connecting, open, waiting
 * (will try again), signed-out (will not).
 */
export class Socket extends EventTarget {
  status = "connecting";
  #url;
  #create;
  #socket = null;
  #attempt = 0;
  #refs = 0;
  #waiting = new Map();
  #retryTimer = null;
  #pingTimer = null;
  #notBefore = 0;

  constructor(url, create = (address) => new WebSocket(address)) {
    super();
    this.#url = url;
    this.#create = create;
  }

  connect() {
    clearTimeout(this.#retryTimer);
    if (this.status === "signed-out" || this.#socket) return;
    const socket = this.#create(this.#url);
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(socket, event.code);
  }

  /** Connects now if it waits, else makes sure that the open one is alive. */
  check() {
    if (this.status === "waiting") this.connect();
    else if (this.status === "open") this.#ping();
  }

  /** Resolves with the `ok` frame. */
  request(frame) {
    if (this.status !== "open") return Promise.reject(new RequestError("lost"));
    this.#refs += 1;
    const ref = String(this.#refs);
    const answer = new Promise((resolve, reject) => {
      this.#waiting.set(ref, { resolve, reject });
    });
    this.#socket.send(JSON.stringify({ ...frame, ref }));
    return answer;
  }

  #receive(frame) {
    if (frame.type === "hello") this.#hello(frame);
    else if (frame.type === "reconnect") this.#notBefore = frame.after * 1000;
    else if (frame.ref && this.#waiting.has(frame.ref)) this.#answered(frame);
    else this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #hello(frame) {
    this.#attempt = 0;
    this.#setStatus("open");
    this.#pingTimer = setInterval(() => this.#ping(), PING_MS);
    this.dispatchEvent(new CustomEvent("hello", { detail: frame }));
  }

  #answered(frame) {
    const { resolve, reject } = this.#waiting.get(frame.ref);
    this.#waiting.delete(frame.ref);
    if (frame.type === "ok") resolve(frame);
    else reject(new RequestError(frame.code, frame.message, frame));
  }

  /** A half-open connection never closes by itself: no answer in time ends it. */
  async #ping() {
    const socket = this.#socket;
    const timer = setTimeout(() => {
      socket.close();
      this.#closed(socket, 1006);
    }, ANSWER_MS);
    await this.request({ type: "ping" }).catch(() => {});
    clearTimeout(timer);
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearInterval(this.#pingTimer);
    for (const { reject } of this.#waiting.values()) reject(new RequestError("lost"));
    this.#waiting.clear();
    if (code === SIGNED_OUT) {
      this.#setStatus("signed-out");
      return;
    }
    this.#setStatus("waiting");
    const delay = Math.max(reconnectDelay(this.#attempt), this.#notBefore);
    this.#notBefore = 0;
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => this.connect(), delay);
  }

  #setStatus(status) {
    this.status = status;
    this.dispatchEvent(new Event("status"));
  }
}
