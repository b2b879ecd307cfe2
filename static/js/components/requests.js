import { newKey } from "../lib/key.js";
import { toast } from "./toast.js";

/** What a person asks for with a button, and hears of when it is refused. */
export class Requests {
  #socket;
  #keys = new Map();

  constructor(socket) {
    this.#socket = socket;
  }

  /** Resolves with false if the connection was lost before the answer. */
  async ask(frame) {
    try {
      await this.#socket.request(frame);
    } catch (error) {
      const isLost = error.code === "lost";
      const words = gettext("The connection was lost. Try again in a moment.");
      toast(isLost ? words : error.message);
      return !isLost;
    }
    return true;
  }

  /** With the same key until it is answered: a second press starts nothing new. */
  async askOnce(frame) {
    const name = `${frame.type} ${frame.message}`;
    if (!this.#keys.has(name)) this.#keys.set(name, newKey());
    const isOver = await this.ask({ ...frame, key: this.#keys.get(name) });
    if (isOver) this.#keys.delete(name);
  }
}
