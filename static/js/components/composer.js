import { keep, kept } from "../lib/kept.js";

/** The field people write in. What is typed is kept in this tab until it is accepted. */
export class Composer {
  #form;
  #text;
  #send;
  #stop;
  #error;
  #draftName = "";

  /** onSend(text) returns true if it took the text over. */
  constructor(form, { onSend, onStop, onEditLast }) {
    this.#form = form;
    this.#text = form.querySelector("textarea");
    this.#send = form.querySelector("[data-send]");
    this.#stop = form.querySelector("[data-stop]");
    this.#error = form.querySelector("[data-composer-error]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(onSend);
    });
    this.#stop.addEventListener("click", onStop);
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#key(event, onEditLast));
    // Before this, pressing it would only have loaded the page again.
    this.#send.disabled = false;
  }

  get text() {
    return this.#text.value;
  }

  /** Whose draft this is; brings back what was typed there. */
  useDraft(name) {
    this.#draftName = name;
    const draft = kept(name);
    if (draft && !this.#text.value) this.fill(draft);
  }

  /** The conversation got its address while its first message was on the way. */
  moveDraft(name) {
    keep(this.#draftName, null);
    this.#draftName = name;
    keep(name, this.text);
  }

  fill(text) {
    this.#text.value = text;
    this.#typed();
  }

  clear() {
    this.fill("");
  }

  focus() {
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(this.text.length, this.text.length);
  }

  /** A refused text comes back, before what was typed since. */
  giveBack(text, reason) {
    this.fill(this.text.trim() ? `${text}\n${this.text}` : text);
    this.complain(reason);
    this.focus();
  }

  complain(reason) {
    this.#error.textContent = reason;
    this.#error.hidden = !reason;
  }

  /** While an answer is written, the button stops it. */
  showStop(isRunning) {
    const hadFocus = document.activeElement === this.#stop;
    this.#stop.hidden = !isRunning;
    this.#send.hidden = isRunning;
    if (hadFocus && !isRunning) this.focus();
  }

  hide(isHidden) {
    this.#form.parentElement.hidden = isHidden;
  }

  #submit(onSend) {
    this.complain("");
    if (!this.text.trim()) {
      this.complain(gettext("Write a message first."));
      return;
    }
    onSend(this.text);
  }

  #typed() {
    keep(this.#draftName, this.text);
    if (!this.#error.hidden) this.complain("");
    this.#grow();
  }

  /** Where CSS cannot size a field by its content yet. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  #key(event, onEditLast) {
    // Enter also ends a word in an input method: that is not for us.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (!this.#send.hidden) this.#form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.text) {
      event.preventDefault();
      onEditLast();
    }
  }
}
