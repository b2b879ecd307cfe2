import { alignedSpans } from "../../lib/aligned.js";
import { explainedTokens } from "../../lib/explained.js";
import { getJson, postJson } from "../../lib/http.js";
import { indexOfCodePoint } from "../../lib/text.js";
import { SegmentEditor } from "./segment_editor.js";
import { SegmentHelp } from "./segment_help.js";
import { tokenLook } from "./token_look.js";
import { fill } from "./words.js";

const CHECK_MS = 350; // after a key
const HOLD_MS = 30_000; // between signs that somebody still works here

/** The row under the hand: its text, the help under it, and that it is this person's. */
export class OpenRow {
  editor;
  help;
  #page; // {store, saver, socket, config, context, live}
  #view;
  #abort = new AbortController();
  #timer = null;
  #checks = 0;
  #heldAt = 0;

  constructor(id, view, page, hooks) {
    this.id = id;
    this.#page = page;
    this.#view = view;
    const { context, config } = page;
    const mayWrite = config.may.includes("translate");
    this.editor = new SegmentEditor(this.row, {
      ...context,
      mayWrite,
      unsaved: page.saver.edit(id),
      complete: (question) => this.#complete(question),
    });
    this.help = new SegmentHelp(this.row, {
      ...hooks,
      target: context.target,
      source: context.source,
      may: config.may,
      onInsert: (number) => this.insert(number),
      onAlign: (spans) => this.#align(spans),
      onAlternative: (prefix) => this.editor.completeFrom(prefix),
      onTerm: (text) => this.editor.insert(text),
      onPanelClosed: () => this.editor.focus(),
    });
    this.#attach();
    this.editor.addEventListener("input", () => this.#typed());
    const field = this.editor.element.querySelector("[data-field]");
    tokenLook(field, (number) => this.#look(number));
    this.editor.element
      .querySelector("[data-take]")
      .addEventListener("click", () => this.hold(true));
    // Of a draft the server has not said anything: places would be those of another text.
    if (this.editor.isTouched) this.check();
    else this.#stored();
    this.#stayWhileHere();
    this.load();
  }

  get row() {
    return this.#page.store.row(this.id);
  }

  #attach() {
    const view = this.#view;
    view.isOpen = true;
    view.find("[data-target]").classList.remove("is-machine", "is-live");
    const source = view.find("[data-source]");
    source.id = `source-${this.id}`;
    this.editor.describe(source.id);
    view.find("[data-target]").replaceChildren(this.editor.element);
    view.element.append(this.help.element);
  }

  /** Stops; what was typed is saved by whoever closes it. */
  close() {
    this.#abort.abort();
    clearTimeout(this.#timer);
    this.editor.close();
    this.help.element.remove();
    this.#view.close();
  }

  // What the server knows

  async load() {
    const { config } = this.#page;
    try {
      const { signal } = this.#abort;
      const detail = await getJson(`${config.segment}${this.id}/`, { signal });
      this.help.show(detail, this.row);
      if (!this.editor.isTouched) this.#mark(this.row.checks, detail.terms);
      this.#page.grid.draw();
    } catch (error) {
      if (error.name !== "AbortError") this.help.show(null, this.row);
    }
  }

  /** What the model tells of the text, while it is the model's own. */
  get #tokens() {
    const { source, machine_text, target, origin, state } = this.row;
    const isMachine = state === "pretranslated" && origin === "machine";
    if (!isMachine || machine_text !== target || this.editor.text !== target) return [];
    return explainedTokens(this.help.detail?.explanation, source, target);
  }

  get #told() {
    return this.#tokens.flatMap(({ start, end, doubt }, number) => [
      { start, end, kind: `token-${number}` },
      ...(doubt ? [{ start, end, kind: `doubt-${doubt}` }] : []),
    ]);
  }

  #look(number) {
    const tokens = number === null ? [] : this.#tokens;
    const isThere = number < tokens.length;
    this.#align(isThere ? alignedSpans(tokens, number, this.row.source) : []);
  }

  /** The row is news: somebody saved, or a machine wrote. */
  changed() {
    const { row } = this;
    const wasRunning = this.isRunning;
    this.isRunning = row.machine === "running";
    this.help.row(row);
    this.editor.stored(row);
    if (!this.editor.isTouched) this.#stored();
    if (wasRunning && !this.isRunning) this.load();
  }

  /** Machine text that is being written. */
  live(text) {
    this.isRunning = true;
    this.help.suggestions.live(text);
  }

  // While somebody types

  #typed() {
    const { saver } = this.#page;
    if (this.editor.isTouched) saver.remember(this.id, this.editor.edit);
    // As it was again: what was kept of it must not come back.
    else if (!saver.conflicts.has(this.id)) saver.forget(this.id);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), CHECK_MS);
    this.#page.grid.draw();
  }

  /** Whoever reads and thinks has it in hand, too, as long as they are seen to move. */
  #stayWhileHere() {
    const { signal } = this.#abort;
    const stay = () => {
      if (Date.now() - this.#heldAt > HOLD_MS) this.hold();
    };
    for (const sign of ["input", "keydown", "pointermove", "scroll"]) {
      document.addEventListener(sign, stay, { signal, passive: true, capture: true });
    }
  }

  /** Checks and terms of the text as it stands; of two answers the later one counts. */
  async check() {
    this.#checks += 1;
    const check = this.#checks;
    const { segment } = this.#page.config;
    const { text: target } = this.editor;
    try {
      const { signal } = this.#abort;
      const url = `${segment}${this.id}/typed/`;
      const { checks, terms } = await postJson(url, { target }, { signal });
      if (check !== this.#checks || target !== this.editor.text) return;
      this.help.findings(checks);
      this.help.terms(terms);
      this.#mark(checks, terms);
      this.#page.grid.draw();
    } catch {
      // Saving checks it again; meanwhile the person goes on.
    }
  }

  /** What the checks found when it was saved. */
  #stored() {
    this.help.findings(this.row.checks);
    this.#mark(this.row.checks);
  }

  /** In the text what checks, terms and the model say of it; in the source the terms. */
  #mark(checks, terms = this.help.detail?.terms ?? []) {
    const found = checks
      .filter(({ start, dismissed }) => start !== null && !dismissed)
      .map(({ start, end, severity }) => ({ start, end, kind: severity }));
    const used = terms.flatMap(({ spans, status }) =>
      spans.map(([start, end]) => ({ start, end, kind: `term-${status}` })),
    );
    this.editor.mark([...found, ...used], this.#told);
    const { source } = this.row;
    const place = (count) => indexOfCodePoint(source, count);
    this.#view.marks = terms.map(({ start, end }) => ({
      start: place(start),
      end: place(end),
      kind: "term",
    }));
  }

  #align(spans) {
    const terms = this.#view.marks.filter(({ kind }) => kind !== "aligned");
    const aligned = spans.map(([start, end]) => ({ start, end, kind: "aligned" }));
    this.#view.marks = [...terms, ...aligned];
    this.#page.grid.draw();
  }

  #complete({ prefix, number }) {
    const frame = { type: "complete", segment: this.id, prefix, number };
    this.#page.socket.request(frame).catch(() => {});
  }

  insertTerm() {
    const { missedTerm } = this.help;
    if (missedTerm) this.editor.insert(missedTerm);
  }

  insert(number) {
    const item = this.help.suggestions.items[number];
    if (!item) return;
    const origin = item.origin === "alternative" ? "machine" : item.origin;
    this.editor.replace(item.text, origin);
  }

  // Whose it is

  /** Resolves with whether it is this person's now. */
  async hold(take = false) {
    this.#heldAt = Date.now();
    const { config, socket } = this.#page;
    if (!config.may.includes("translate")) return false;
    try {
      await socket.request({ type: "focus", segment: this.id, take });
      this.#held(null);
      return true;
    } catch (error) {
      if (error.code === "held") this.#held(error.frame.holder);
      return false;
    }
  }

  /** As all are told of it: somebody may have taken it over. */
  heldBy(holder) {
    const isHeld = !this.editor.element.querySelector("[data-held]").hidden;
    if (Boolean(holder) !== isHeld) this.#held(holder);
  }

  #held(holder) {
    const note = this.editor.element.querySelector("[data-held]");
    const isNews = note.hidden !== !holder;
    note.hidden = !holder;
    // What is typed already can still be saved, and be merged.
    this.editor.lock(Boolean(holder) && !this.editor.isTouched);
    if (holder) {
      const words = gettext("%(name)s is working on this segment.");
      note.querySelector("[data-held-words]").textContent = fill(words, {
        name: holder.name,
      });
    } else if (isNews && this.#view.element.contains(document.activeElement)) {
      this.editor.focus();
    }
    this.#page.grid.draw();
  }
}
