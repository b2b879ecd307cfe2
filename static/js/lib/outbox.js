import { keep, kept } from "./kept.js";

/**
 * The one message on its way. It outlives a lost connection and a reload, and is sent
 * again with the same key, so that it is answered once.
 */
export class Outbox {
  #name;
  #isDelivering = false;

  constructor(name) {
    this.#name = name;
    this.frame = kept(name);
  }

  put(frame) {
    this.frame = frame;
    keep(this.#name, frame);
  }

  /** Resolves with the `ok` frame, or null if it must wait; rejects when refused. */
  async deliver(socket) {
    if (!this.frame || this.#isDelivering) return null;
    this.#isDelivering = true;
    try {
      const ok = await socket.request(this.frame);
      this.put(null);
      return ok;
    } catch (error) {
      if (error.code === "lost") return null;
      this.put(null);
      throw error;
    } finally {
      this.#isDelivering = false;
    }
  }
}
