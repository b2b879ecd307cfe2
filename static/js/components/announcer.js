import { Sentences } from "../lib/sentences.js";

const KEPT = 8;

/** Says answers to screen readers a sentence at a time, not token by token. */
export class Announcer {
  #region;
  #sentences = new Sentences();
  #generation = null;

  constructor(region) {
    this.#region = region;
  }

  text(generation, text) {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#sentences = new Sentences();
    }
    this.say(this.#sentences.push(text).join(" "));
  }

  end(generation) {
    if (generation !== this.#generation) return;
    this.say(this.#sentences.flush().join(" "));
    this.say(gettext("End of the answer"));
  }

  say(words) {
    if (!words) return;
    const line = document.createElement("p");
    line.textContent = words;
    this.#region.append(line);
    while (this.#region.children.length > KEPT) this.#region.firstChild.remove();
  }
}
