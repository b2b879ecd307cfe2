import { firstWord, Ghost } from "../../lib/ghost.js";

const PAUSE_MS = 130; // after a key: fast typing asks once
const numbers = { last: 0 }; // for all rows of this page

/** What the model would write on: asked while a person types, taken by the word. */
export class CompletionAsker {
  #ghost = new Ghost(numbers);
  #ask;
  #language;
  #timer = null;

  /** ask({prefix, number}): sends the question; answers come by `answer`. */
  constructor(language, ask) {
    this.#language = language;
    this.#ask = ask;
  }

  typed(text) {
    clearTimeout(this.#timer);
    if (!text.trim()) {
      this.#ghost.drop();
      return;
    }
    this.#timer = setTimeout(() => this.#begin(text), PAUSE_MS);
  }

  answer(frame) {
    return this.#ghost.answer(frame);
  }

  rest(text) {
    return this.#ghost.rest(text);
  }

  word(text) {
    return firstWord(this.rest(text), this.#language);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#ghost.drop();
  }

  #begin(text) {
    const number = this.#ghost.ask(text);
    if (number !== null) this.#ask({ prefix: text, number });
  }
}
