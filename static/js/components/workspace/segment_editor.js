import { placeablesMissing, placeablesOf } from "../../lib/placeables.js";
import { codePointLength, fieldSpan, fieldText } from "../../lib/text.js";
import { CompletionAsker } from "./completion.js";
import { markedNodes, showMarked, tagMarks } from "./marked_text.js";
import { copyOf, element, fill } from "./words.js";

/**
 * The text of the open row. `text` is the person's own: nothing from outside changes it
 * once they touched it. Fires "input" when it changes by whatever hand.
 */
export class SegmentEditor extends EventTarget {
  element = copyOf("segment-editor");
  origin = "person";
  #row;
  #area;
  #mirror;
  #base; // what the person began from
  #version;
  #marks = [];
  #completion;

  /** speech: {language, direction, source: {…}}; complete: sends a question for a completion. */
  constructor(row, { target, source, unsaved, mayWrite, complete }) {
    super();
    this.#row = row;
    this.#area = this.#find("[data-text]");
    this.#mirror = this.#find("[data-mirror]");
    this.#base = unsaved?.base ?? row.target;
    this.#version = unsaved?.version ?? row.version;
    for (const node of [this.#area, this.#mirror, this.#find("[data-reading]")]) {
      node.lang = target.language;
      node.dir = target.direction;
    }
    this.#find("[data-chips]").lang = source.language;
    this.#area.value = unsaved?.target ?? row.target;
    this.#area.readOnly = !mayWrite;
    this.#completion = new CompletionAsker(target.language, complete);
    this.#listen();
    this.draw();
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  #listen() {
    this.#area.addEventListener("input", (event) => {
      this.origin = "person";
      this.#changed();
      if (!event.isComposing) this.#completion.typed(this.text);
    });
    for (const name of ["focus", "blur", "keyup", "click"]) {
      this.#area.addEventListener(name, () => this.draw());
    }
    this.#find("[data-chips]").addEventListener("click", (event) => {
      const chip = event.target.closest("[data-chip]");
      if (chip) this.insert(chip.dataset.chip);
    });
  }

  get text() {
    return this.#area.value;
  }

  get isTouched() {
    return this.text !== fieldText(this.#base);
  }

  get isReadOnly() {
    return this.#area.readOnly;
  }

  get hasFocus() {
    return document.activeElement === this.#area;
  }

  /** As the saver sends it. */
  get edit() {
    const { origin, text: target } = this;
    return { version: this.#version, target, origin, base: this.#base };
  }

  focus() {
    this.#area.focus({ preventScroll: true });
    if (!this.isTouched) this.#area.setSelectionRange(this.text.length, this.text.length);
    this.draw();
  }

  /** For who cannot see it: the source is said with the field. */
  describe(id) {
    this.#area.setAttribute("aria-describedby", id);
  }

  /** Others may write, or this person again. */
  lock(isLocked) {
    this.#area.readOnly = isLocked;
  }

  /** What is stored now: it is taken over where nothing was typed. */
  stored(row) {
    this.#row = row;
    const target = fieldText(row.target);
    if (this.isTouched && row.version !== this.#version && target !== this.text) return;
    const isUntouched = !this.isTouched;
    this.#base = row.target;
    this.#version = row.version;
    if (isUntouched && this.text !== target) {
      this.#area.value = row.target;
      this.#marks = [];
      this.dispatchEvent(new Event("input"));
    }
    this.draw();
  }

  /** As it is stored: what was typed is given up. */
  reset() {
    this.#area.value = this.#base;
    this.#changed();
  }

  /** Goes on over somebody's version, knowing it. */
  rebase({ base, version }) {
    this.#base = base;
    this.#version = version;
  }

  /** All of the text becomes another one; the browser's own undo brings it back. */
  replace(text, origin = "person") {
    if (this.isReadOnly) return;
    this.#area.focus({ preventScroll: true });
    this.#area.select();
    this.#write(text);
    this.origin = origin;
  }

  insert(text) {
    if (this.isReadOnly) return;
    this.#area.focus({ preventScroll: true });
    this.#write(text);
  }

  #write(text) {
    // The one way that the browser's undo knows of.
    const isDone = text
      ? document.execCommand("insertText", false, text)
      : document.execCommand("delete");
    if (!isDone && this.text !== text) {
      const { selectionStart, selectionEnd } = this.#area;
      this.#area.setRangeText(text, selectionStart, selectionEnd, "end");
      this.#changed();
    }
  }

  insertMissing() {
    const [first] = placeablesMissing(this.#row.source, this.text, this.#row.codes);
    if (first) this.insert(first.text);
    return Boolean(first);
  }

  // Completion

  get #isAtEnd() {
    const { selectionStart, selectionEnd } = this.#area;
    return selectionStart === this.text.length && selectionEnd === this.text.length;
  }

  get ghost() {
    if (!this.hasFocus || this.isReadOnly || !this.#isAtEnd) return "";
    return this.#completion.rest(this.text);
  }

  /** Asks what follows this beginning, and offers it. */
  completeFrom(prefix) {
    this.replace(prefix);
    this.#completion.typed(prefix);
  }

  answer(frame) {
    if (this.#completion.answer(frame)) this.draw();
  }

  /** Returns whether there was one to take. */
  takeGhost(isAll) {
    const { ghost } = this;
    if (!ghost) return false;
    this.insert(isAll ? ghost : this.#completion.word(this.text));
    return true;
  }

  dropGhost() {
    const had = Boolean(this.ghost);
    this.#completion.stop();
    this.draw();
    return had;
  }

  close() {
    this.#completion.stop();
  }

  // Drawing

  /** Places in code points, as checks and terms tell them of the text as it stands or
      is stored, and `others` in units. */
  mark(marks, others) {
    const text = this.isTouched ? this.text : this.#base;
    const found = marks.map(({ start, end, kind }) => ({
      ...fieldSpan(text, start, end),
      kind,
    }));
    this.#marks = [...found, ...others];
    this.draw();
  }

  #changed() {
    this.#marks = [];
    this.draw();
    this.dispatchEvent(new Event("input"));
  }

  draw() {
    const { text, ghost } = this;
    const marks = [...tagMarks(text, this.#row.codes), ...this.#marks];
    const rest = element("span", { className: "ghost", text: ghost });
    // A last line without letters has no height of its own.
    this.#mirror.replaceChildren(...markedNodes(text, marks), rest, "\u200b");
    this.#reading();
    this.#hint(ghost);
    this.#chips();
    this.#length();
  }

  /** A field has one order for all of its letters: from right to left it tears what a
      program fills in. So the text stands below as its readers see it. */
  #reading() {
    const marks = tagMarks(this.text, this.#row.codes);
    const place = this.#find("[data-reading]");
    place.hidden = this.#area.dir !== "rtl" || !marks.length;
    if (!place.hidden) showMarked(place, this.text, marks);
  }

  #hint(ghost) {
    const words = ghost ? gettext("Tab takes a word, Ctrl Enter all") : "";
    const hint = this.#find("[data-hint]");
    if (hint.textContent !== words) hint.textContent = words;
  }

  #chips() {
    const { source, codes } = this.#row;
    const missing = placeablesMissing(source, this.text, codes).map(({ start }) => start);
    const key = `${missing} ${this.isReadOnly}`;
    const place = this.#find("[data-chips]");
    if (place.dataset.key === key) return;
    place.dataset.key = key;
    const all = placeablesOf(source, codes);
    place.replaceChildren(
      ...all.map((one) => this.#chip(one, missing.indexOf(one.start))),
    );
  }

  #chip({ text }, missing) {
    const chip = element("button", { className: "chip", type: "button", text });
    chip.dir = "ltr";
    chip.dataset.chip = text;
    chip.disabled = this.isReadOnly;
    const isMissing = missing >= 0;
    chip.classList.toggle("is-missing", isMissing);
    chip.title = isMissing ? gettext("Missing: insert it") : gettext("Insert");
    if (missing === 0) chip.append(element("kbd", { text: "Alt I" }));
    return chip;
  }

  #length() {
    const { max_length: most } = this.#row;
    const place = this.#find("[data-length]");
    if (!most) return;
    const count = codePointLength(this.text);
    place.textContent = fill(gettext("%(count)s of %(most)s characters"), {
      count,
      most,
    });
    place.classList.toggle("is-over", count > most);
  }
}
