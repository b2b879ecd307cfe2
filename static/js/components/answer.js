import { AnswerState } from "../lib/answer_state.js";
import { labelCopyButtons } from "./copy.js";

/**
 * One answer on the page. Frames change `state` at once and the page once a frame of
 * the screen, by work proportional to what is new.
 */
export class Answer {
  state = new AnswerState();
  #article;
  #batch;
  #changes = [];
  #open = null;
  #text = null;
  #flush = () => this.#apply();

  constructor(article, batch) {
    this.#batch = batch;
    this.attach(article);
  }

  get generation() {
    return this.#article.dataset.generation;
  }

  get message() {
    return this.#article.dataset.message;
  }

  /** Shows what is known in another article: the log was drawn again around it. */
  attach(article) {
    this.#article = article;
    this.#open = article.querySelector("[data-open]");
    this.#text = this.#open?.firstChild ?? null;
    if (this.state.seq >= 0) this.#later({ change: "all" });
  }

  /** Returns what changed, as AnswerState.apply does. */
  take(frame) {
    const change = this.state.apply(frame);
    if (change.change === "end") change.html = frame.html;
    if (change.change !== "none" && change.change !== "gap") this.#later(change);
    return change;
  }

  /** A sentence on where it stands; empty removes it. */
  say(sentence) {
    this.#article.querySelector("[data-state]").textContent = sentence;
  }

  #later(change) {
    const last = this.#changes.at(-1);
    if (change.change === "text" && last?.change === "text") last.text += change.text;
    else this.#changes.push({ ...change });
    this.#batch.add(this.#flush);
  }

  #apply() {
    const changes = this.#changes;
    this.#changes = [];
    if (changes.some(({ change }) => change === "all")) {
      // What is drawn is the newest state, so every other change is in it already.
      this.#drawAll();
      changes.splice(0, changes.length, ...changes.filter(isEnd));
    }
    for (const change of changes) {
      if (change.change === "text") this.#append(change.text);
      else if (change.change === "block") this.#close(change);
      else this.#end(change.html);
    }
  }

  get #body() {
    return this.#article.querySelector("[data-body]");
  }

  #drawAll() {
    this.#body.replaceChildren(...this.state.blocks.map(blockOf));
    this.#open = null;
    this.#setOpen(this.state.open);
    labelCopyButtons(this.#body);
  }

  #append(text) {
    if (!this.#open) this.#setOpen("");
    if (this.#text.length) this.#text.appendData(text);
    else this.#setOpen(text);
    this.say("");
  }

  #close({ html, open }) {
    const block = blockOf(html);
    if (this.#open) this.#open.before(block);
    else this.#body.append(block);
    labelCopyButtons(block);
    this.#setOpen(open);
  }

  #setOpen(text) {
    if (!this.#open) {
      this.#open = document.createElement("p");
      this.#open.className = "open-text";
      this.#open.dataset.open = "";
      this.#text = document.createTextNode("");
      this.#open.append(this.#text);
      this.#body.append(this.#open);
    }
    // Blank lines between blocks are not a part of what is read.
    this.#text.data = text.replace(/^\s*\n/, "");
    this.#open.classList.toggle("is-code", /^(```|~~~)/.test(this.#text.data));
  }

  #end(html) {
    if (this.#text?.data.trim() === "") this.#open.remove();
    this.say("");
    this.#article.querySelector("[data-foot]").innerHTML = html;
    this.#article.removeAttribute("aria-busy");
  }
}

function isEnd({ change }) {
  return change === "end";
}

function blockOf(html) {
  const block = document.createElement("div");
  block.className = "block";
  // Rendered and sanitised on the server; the policy of the page forbids the rest.
  block.innerHTML = html;
  return block;
}
