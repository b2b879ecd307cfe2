import { isTyping } from "../shortcuts.js";
import { keyMeaning } from "./keys.js";
import { complain } from "./operations.js";
import { fill, segmentsWord } from "./words.js";

const ANYWHERE = ["accept", "approve", "next", "free", "translate"]; // the row need not be open
const MANY = ["accept", "approve", "copy", "translate"];

/** What a person wants, by a key or a button: passed on to the part that does it. */
export class Commands {
  #page;

  constructor(root, page) {
    this.#page = page;
    const place = root.querySelector("[data-grid]");
    place.addEventListener("click", (event) => this.#clicked(event));
    place.addEventListener("focusin", ({ target }) => {
      if (target.matches(".row")) page.grid.active = page.grid.idOf(target);
    });
    root.addEventListener("click", ({ target }) => {
      const action = target.closest("[data-action]")?.dataset.action;
      if (action) this.#act({ action }, this.#current);
    });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The row that is meant where no other has the focus. */
  get #current() {
    return this.#page.open?.id ?? this.#page.grid.active;
  }

  #clicked({ target, shiftKey }) {
    const { grid, selection, open } = this.#page;
    const id = grid.idOf(target);
    if (id === null) return;
    if (target.closest("[data-pick]")) {
      if (shiftKey) selection.extend(id);
      else selection.toggle(id);
    } else if (id !== open?.id && !target.closest("label")) {
      // Whoever marks text to copy it wants no other row.
      if (document.getSelection().isCollapsed) this.#page.show(id);
    }
  }

  #key(event) {
    const { open, grid } = this.#page;
    const isElsewhere = document.querySelector("dialog[open], :popover-open");
    if (event.defaultPrevented || isElsewhere) return;
    if (event.key === "Escape" && this.#closePanel()) {
      event.preventDefault();
      return;
    }
    const { target } = event;
    const isText = open?.editor.element.contains(target) && isTyping(target);
    const isList = target.matches?.(".row");
    const place = isText ? "text" : isList ? "list" : "";
    const meaning = keyMeaning(event, place);
    const id = isList ? grid.active : this.#current;
    if (meaning && this.#act(meaning, id) !== false) event.preventDefault();
  }

  #closePanel() {
    const { open } = this.#page;
    if (!open || open.help.panel?.name === "conflict") return false;
    if (!open.help.closePanel()) return false;
    open.editor.focus();
    return true;
  }

  /** Returns false where the key keeps its own meaning. */
  #act(meaning, id) {
    const { action } = meaning;
    const { open, selection } = this.#page;
    const command = this.#commands[action];
    if (command) return command(meaning, id);
    if (id === null) return false;
    if (selection.ids.size && !open && MANY.includes(action)) {
      return this.bulk(action, selection.inOrder);
    }
    return this.#withOne(id, action);
  }

  /** Most actions happen in the open row. */
  async #withOne(id, action) {
    if (!ANYWHERE.includes(action)) await this.#page.show(id);
    await this.#page.actions[action](id);
  }

  #commands = {
    open: (_, id) => this.#page.show(id),
    leave: () => this.#page.open.editor.dropGhost() || this.#page.leave(),
    "open-by": ({ step }, id) => this.#page.show(this.#page.grid.neighbour(id, step)),
    "take-word": () => this.#page.open.editor.takeGhost(false),
    "take-all": (_, id) => this.#takeAll(id),
    insert: ({ number }) => this.#insert(number),
    placeholder: () => this.#page.open?.editor.insertMissing(),
    term: () => this.#page.open?.insertTerm(),
    move: (meaning, id) => this.#move(meaning, id),
    select: (_, id) => this.#page.selection.toggle(id),
    "select-all": () => this.#page.selection.all(),
    "select-none": () => this.#page.selection.clear(),
    search: () => this.#page.filters.focusSearch(),
    replace: () => this.#page.replacing.open(),
    undo: () => this.#page.operations.undoLast(),
    split: (_, id) => this.#split(id),
  };

  #takeAll(id) {
    const { open, actions } = this.#page;
    return open.editor.takeGhost(true) || actions.accept(id);
  }

  #insert(number) {
    const { open, actions } = this.#page;
    if (!open) return false;
    const isConflict = open.help.panel?.name === "conflict";
    return isConflict ? actions.settleBy(number) : open.insert(number);
  }

  #move({ step, pages = 0, extends: isRange = false }, id) {
    const { grid, selection } = this.#page;
    const next = grid.neighbour(id, pages ? pages * grid.pageRows : step);
    if (isRange) {
      selection.begin(id);
      selection.extend(next);
    }
    grid.focus(next);
  }

  async #split(id) {
    const { saver, splitting, store, open } = this.#page;
    if (open?.id === id && open.editor.isTouched) {
      await saver.save(id, open.editor.edit).catch(complain);
    }
    splitting.open(store.row(id));
  }

  focusBack() {
    const { open, grid } = this.#page;
    if (open) open.editor.focus();
    else if (grid.active !== null) grid.focus(grid.active);
  }

  async bulk(action, ids) {
    const { run, operations, announcer, selection } = this.#page;
    if (action === "translate") await run.act("start", ids);
    else if (!(await operations.bulk(action, ids))) return;
    announcer.say(
      fill(gettext("Done with %(segments)s"), { segments: segmentsWord(ids.length) }),
    );
    selection.clear();
    this.focusBack();
  }
}
