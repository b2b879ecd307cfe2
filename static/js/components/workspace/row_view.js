import { foundMarks, showMarked, tagMarks } from "./marked_text.js";
import { copyOf, element, fill, iconNode, stateOf } from "./words.js";

/** One row of the grid on the page. While it is open, its target belongs to an editor. */
export class RowView {
  element = copyOf("segment-row");
  isOpen = false;
  marks = []; // over the source, from whoever works in the row
  #id;
  #context;
  #drawn = {};

  /** context: what all rows are drawn by: languages, person, query, who is where. */
  constructor(id, context) {
    this.#id = id;
    this.#context = context;
    this.element.dataset.segment = id;
    this.#speak(this.find("[data-source]"), context.source);
    this.#speak(this.find("[data-target]"), context.target);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  #speak(cell, { language, direction }) {
    cell.lang = language;
    cell.dir = direction;
  }

  /** Draws what is news of it. */
  update(index, row) {
    this.element.ariaRowIndex = index + 1;
    const isSelected = this.#context.isSelected(this.#id);
    this.element.ariaSelected = String(isSelected);
    this.find("[data-pick]").checked = isSelected;
    this.element.classList.toggle("is-open", this.isOpen);
    this.element.classList.toggle("is-loading", !row);
    if (!row) return;
    this.#once("number", [row.position + 1], (number) => {
      this.find("[data-number]").textContent = number.toLocaleString();
      const label = fill(gettext("Select segment %(number)s"), { number });
      this.find("[data-pick]").ariaLabel = label;
    });
    this.#note(row);
    this.#source(row);
    if (!this.isOpen) this.#target(row);
    this.#state(row);
    this.#people();
  }

  /** The editor is gone: the row shows its target itself. */
  close() {
    this.isOpen = false;
    this.marks = [];
    this.#drawn.target = undefined;
  }

  /** Draws again only what is drawn from other values: scrolling costs next to nothing. */
  #once(name, values, draw) {
    const before = this.#drawn[name];
    if (before && values.every((value, place) => value === before[place])) return;
    this.#drawn[name] = values;
    draw(...values);
  }

  #note({ plural, plural_examples, context }) {
    this.#once("note", [context, plural], () => {
      const forms = fill(gettext("Plural “%(form)s”: %(examples)s"), {
        form: plural,
        examples: plural_examples.join(", "),
      });
      const words = [context, plural && forms].filter(Boolean).join(" · ");
      const note = this.find("[data-note]");
      note.textContent = words;
      note.hidden = !words;
    });
  }

  #source({ source, codes }) {
    const { query } = this.#context;
    this.#once("source", [source, query, this.marks], () => {
      const own = [...tagMarks(source, codes), ...foundMarks(source, query)];
      showMarked(this.find("[data-source]"), source, [...own, ...this.marks]);
    });
  }

  #target(row) {
    const cell = this.find("[data-target]");
    const live = this.#context.liveText(row.id);
    const isMachine = row.state === "empty" || row.state === "pretranslated";
    const unsaved = this.#context.unsavedText(row.id);
    const text = unsaved ?? (row.target || (isMachine ? (live ?? row.machine_text) : ""));
    const isLive = live !== undefined && !row.target && unsaved === undefined;
    const isPlain = isMachine && unsaved === undefined;
    const { query } = this.#context;
    this.#once("target", [text, query, isLive, isPlain, row.error], () => {
      cell.classList.toggle("is-machine", isPlain);
      cell.classList.toggle("is-live", isLive);
      const marks = [...tagMarks(text, row.codes), ...foundMarks(text, query)];
      if (text) showMarked(cell, text, marks);
      else cell.replaceChildren(this.#instead(row));
    });
  }

  #instead({ machine, error }) {
    if (machine === "failed")
      return element("span", { className: "row-error", text: error, dir: "auto" });
    return element("span", { className: "row-nothing", text: "—", ariaHidden: "true" });
  }

  #state(row) {
    const { person } = this.#context;
    const isUnsaved = this.#context.unsavedText(row.id) !== undefined;
    const isConflict = this.#context.isConflict(row.id);
    const { name, words, more = "" } = stateOf(row, { person, isUnsaved, isConflict });
    this.#once("state", [name, words, more], () => {
      const state = this.find("[data-state]");
      state.className = `state state-${name}`;
      state.title = more;
      state.replaceChildren(iconNode(name), element("span", { text: words }));
    });
    this.#marks(row);
  }

  #marks({ checks, comments }) {
    const open = checks.filter(({ dismissed }) => !dismissed);
    const errors = open.filter(({ severity }) => severity === "error").length;
    const warnings = open.length - errors;
    this.#once("marks", [errors, warnings, comments], () => {
      const marks = [
        [errors, "error", ngettext("%(count)s error", "%(count)s errors", errors)],
        [
          warnings,
          "warning",
          ngettext("%(count)s warning", "%(count)s warnings", warnings),
        ],
        [
          comments,
          "comment",
          ngettext("%(count)s comment", "%(count)s comments", comments),
        ],
      ];
      const shown = marks.filter(([count]) => count);
      this.find("[data-marks]").replaceChildren(...shown.map(markNode));
    });
  }

  #people() {
    const people = this.#context.peopleAt(this.#id);
    const holder = this.#context.holderOf(this.#id);
    const names = people.map(({ name }) => name).join();
    this.#once("people", [names, holder?.id], () => {
      this.element.classList.toggle("is-held", Boolean(holder));
      const nodes = people.map((one) => this.#personNode(one, holder));
      this.find("[data-people-here]").replaceChildren(...nodes);
    });
  }

  #personNode({ id, name }, holder) {
    const isHolder = holder?.id === id;
    const tag = element("span", { className: "person-tag" });
    if (isHolder) {
      tag.append(iconNode("lock"));
      tag.title = fill(gettext("%(name)s is working on this segment."), { name });
    }
    tag.append(element("span", { text: name }));
    return tag;
  }
}

/** A sign and a number; the words are for whoever hovers, or listens. */
function markNode([count, name, text]) {
  const words = fill(text, { count: count.toLocaleString() });
  const mark = element("span", { className: `row-mark row-mark-${name}`, title: words });
  mark.append(
    iconNode(name),
    element("span", { text: count.toLocaleString(), ariaHidden: "true" }),
    element("span", { className: "visually-hidden", text: words }),
  );
  return mark;
}
