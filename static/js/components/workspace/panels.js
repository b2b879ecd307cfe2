import { mergedText, mergeTexts } from "../../lib/merge.js";
import { diffNodes } from "./marked_text.js";
import { copyOf, element, fill, stateWord, timeNode } from "./words.js";

/** Two people changed the same text: choose a side, both, or edit. */
export function mergePanel({ base, mine, theirs, person }, speech, onChoose) {
  const panel = copyOf("panel-merge");
  const find = (selector) => panel.querySelector(selector);
  const { pieces, isClean } = mergeTexts(base, mine, theirs);
  const texts = { mine, theirs, both: mergedText(pieces) };
  find("[data-merge-title]").textContent = person
    ? fill(gettext("%(name)s changed this while you did"), { name: person.name })
    : gettext("This was changed while you wrote");
  for (const [side, text] of Object.entries(texts)) {
    const place = find(`[data-merge-${side}]`);
    place.classList.add("diff");
    place.lang = speech.language;
    place.dir = speech.direction;
    place.append(...diffNodes(base, text));
  }
  // What both wrote at one place cannot be had together.
  find("[data-merge-both]").hidden = !isClean;
  find("[data-merge-both-label]").hidden = !isClean;
  const both = find("[data-merge=both]");
  both.hidden = !isClean;
  if (!isClean) find("[data-merge=mine]").classList.add("button-main");
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-merge]");
    if (button) onChoose(texts[button.dataset.merge], button.dataset.merge);
  });
  return panel;
}

export function rejectPanel(onReject) {
  const panel = copyOf("panel-reject");
  const text = panel.querySelector("textarea");
  sendByKey(panel, text);
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value.trim()) onReject(text.value.trim());
  });
  return panel;
}

/** The revisions, newest first, with what each changed. */
export function historyPanel(
  { history, imported_target },
  row,
  { speech, mayWrite, onRestore },
) {
  const panel = copyOf("panel-history");
  const list = panel.querySelector("[data-history]");
  const first = {
    number: 0,
    before: "",
    after: imported_target,
    isFile: true,
  };
  const all = imported_target && history.length ? [...history, first] : history;
  panel.querySelector("[data-no-history]").hidden = all.length > 0;
  list.append(
    ...all.map((one) => revisionNode(one, row, { speech, mayWrite, onRestore })),
  );
  return panel;
}

function revisionNode(revision, row, { speech, mayWrite, onRestore }) {
  const { number, person, before, after, created_at, state, isFile } = revision;
  const node = element("li", { className: "revision" });
  const head = element("p", { className: "revision-head" });
  const who = person?.name ?? (isFile ? gettext("The file") : gettext("A machine"));
  head.append(element("strong", { text: who }), " ");
  if (created_at) head.append(timeNode(created_at), ` · ${stateWord(state)}`);
  const text = element("p", { className: "diff" });
  text.lang = speech.language;
  text.dir = speech.direction;
  text.append(...diffNodes(before, after));
  node.append(head, text);
  node.append(...remarks(revision));
  if (mayWrite && after !== row.target && !revision.merged_source) {
    const button = element("button", {
      className: "button button-small",
      type: "button",
    });
    button.textContent = gettext("Restore");
    button.addEventListener("click", () => onRestore(number));
    head.append(button);
  }
  return node;
}

function remarks({ reason, merged_source }) {
  const of = gettext("Of a segment that was merged into this one: %(source)s");
  const words = [reason, merged_source && fill(of, { source: merged_source })];
  return words
    .filter(Boolean)
    .map((text) => element("p", { className: "soft small", text }));
}

/** What people say of the segment; a name behind @ is offered while it is typed. */
export class CommentPanel {
  element = copyOf("panel-comment");
  #people;
  #text;
  #hooks;

  /** hooks: {mayWrite, onComment(text), onResolve(id), onDraft(text), draft} */
  constructor(comments, people, hooks) {
    this.#people = people;
    this.#hooks = hooks;
    const form = this.#find("[data-comment-form]");
    form.hidden = !hooks.mayWrite;
    this.#text = form.querySelector("textarea");
    sendByKey(form, this.#text);
    this.#text.value = hooks.draft;
    this.#text.addEventListener("input", () => {
      hooks.onDraft(this.#text.value);
      this.#offer();
    });
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#find("[data-mentions]").addEventListener("click", (event) => {
      const button = event.target.closest("[data-name]");
      if (button) this.#mention(button.dataset.name);
    });
    this.show(comments);
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  /** Who may be mentioned. */
  know(people) {
    this.#people = people;
  }

  show(comments) {
    const nodes = comments.map((comment) => this.#node(comment));
    this.#find("[data-comments]").replaceChildren(...nodes);
  }

  #node({ id, person, text, created_at, resolved }) {
    const node = element("li", { className: "comment" });
    node.classList.toggle("is-resolved", resolved);
    const head = element("p", { className: "comment-head" });
    head.append(
      element("strong", { text: person?.name ?? "?" }),
      " ",
      timeNode(created_at),
    );
    if (resolved) head.append(" · ", gettext("settled"));
    else if (this.#hooks.mayWrite) {
      const button = element("button", { className: "link-button", type: "button" });
      button.textContent = gettext("Settle");
      button.addEventListener("click", () => this.#hooks.onResolve(id));
      head.append(" ", button);
    }
    const words = element("p", { className: "comment-text", text });
    words.dir = "auto";
    node.append(head, words);
    return node;
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text && (await this.#hooks.onComment(text))) {
      this.#text.value = "";
      this.#hooks.onDraft("");
      this.#offer();
    }
  }

  get #typed() {
    const before = this.#text.value.slice(0, this.#text.selectionStart);
    return before.match(/(?:^|\s)@([^@\n]{0,40})$/)?.[1];
  }

  #offer() {
    const typed = this.#typed?.toLowerCase();
    const fits = ({ name }) =>
      name.toLowerCase().startsWith(typed) && name.toLowerCase() !== typed;
    const found = typed === undefined ? [] : this.#people.filter(fits);
    const place = this.#find("[data-mentions]");
    place.hidden = !found.length;
    place.replaceChildren(
      ...found.slice(0, 6).map(({ name }) => {
        const button = element("button", {
          className: "chip",
          type: "button",
          text: `@${name}`,
        });
        button.dataset.name = name;
        return button;
      }),
    );
  }

  #mention(name) {
    const end = this.#text.selectionStart;
    const start = end - this.#typed.length;
    this.#text.setRangeText(`${name} `, start, end, "end");
    this.#hooks.onDraft(this.#text.value);
    this.#text.focus();
    this.#offer();
  }
}

function sendByKey(form, text) {
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
