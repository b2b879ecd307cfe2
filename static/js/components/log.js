import { FrameBatch } from "../lib/frame_batch.js";
import { Answer } from "./answer.js";
import { labelCopyButtons } from "./copy.js";

/** The conversation's messages: drawn by the server, kept up to date by frames. */
export class Log {
  #element;
  #batch = new FrameBatch();
  #answers = new Map();

  constructor(element) {
    this.#element = element;
    this.#adopt();
  }

  get element() {
    return this.#element;
  }

  /** The last message shown that the server knows; null when there is none. */
  get leaf() {
    const known = this.#element.querySelectorAll("article[data-message]");
    return known.length ? known[known.length - 1].dataset.message : null;
  }

  /** The answer being written, if there is one. */
  get running() {
    const busy = [...this.#element.querySelectorAll("article[aria-busy]")].at(-1);
    return busy ? this.#answers.get(busy.dataset.generation) : undefined;
  }

  get isSending() {
    return Boolean(this.#sending);
  }

  answerOf(generation) {
    return this.#answers.get(generation);
  }

  lastOwnMessage() {
    return [...this.#element.querySelectorAll(".message-you[data-message]")].at(-1);
  }

  /** After the message `parent` the log now reads `html`. */
  replaceAfter(parent, html) {
    const after = parent && this.#element.querySelector(`[data-message="${parent}"]`);
    if (parent && !after) return false;
    while (after ? after.nextSibling : this.#element.firstChild) {
      (after ? after.nextSibling : this.#element.firstChild).remove();
    }
    const drawn = document.createElement("template");
    drawn.innerHTML = html;
    this.#element.append(drawn.content);
    this.#adopt();
    return true;
  }

  showSending(text, sentence) {
    const copy = document.getElementById("sending").content.cloneNode(true);
    copy.querySelector("[data-body]").textContent = text;
    if (sentence) copy.querySelector("[data-state]").textContent = sentence;
    this.#sending?.remove();
    this.#element.append(copy);
  }

  saySending(sentence) {
    const state = this.#sending?.querySelector("[data-state]");
    if (state) state.textContent = sentence;
  }

  removeSending() {
    this.#sending?.remove();
  }

  get #sending() {
    return this.#element.querySelector("[data-sending]");
  }

  #adopt() {
    labelCopyButtons(this.#element);
    const before = this.#answers;
    this.#answers = new Map();
    for (const article of this.#element.querySelectorAll("article[data-generation]")) {
      const { generation } = article.dataset;
      const answer = before.get(generation);
      const isBusy = article.getAttribute("aria-busy") === "true";
      if (answer && isBusy) answer.attach(article);
      const kept = answer && isBusy ? answer : new Answer(article, this.#batch);
      this.#answers.set(generation, kept);
    }
  }
}
