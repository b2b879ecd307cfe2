import { fill } from "./words.js";

/** The segments that are picked, for what is done with many at once. */
export class Selection {
  ids = new Set();
  #store;
  #bar;
  #onChange;
  #last = null; // where a range begins

  /** onAct(action, ids) */
  constructor(bar, store, { onChange, onAct }) {
    this.#bar = bar;
    this.#store = store;
    this.#onChange = onChange;
    bar.addEventListener("click", (event) => {
      const action = event.target.closest("[data-bulk-action]")?.dataset.bulkAction;
      if (action === "all") this.all();
      else if (action === "none") this.clear();
      else if (action) onAct(action, this.inOrder);
    });
  }

  get inOrder() {
    return this.#store.ids.filter((id) => this.ids.has(id));
  }

  has(id) {
    return this.ids.has(id);
  }

  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.#last = id;
    this.#changed();
  }

  /** From the one picked before to this one. */
  extend(id) {
    const from = this.#store.indexOf(this.#last ?? id);
    const to = this.#store.indexOf(id);
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    for (const one of this.#store.ids.slice(Math.max(0, first), last + 1))
      this.ids.add(one);
    this.#changed();
  }

  /** A range by Shift begins where the hand is. */
  begin(id) {
    if (this.ids.size) return;
    this.#last = id;
    this.ids.add(id);
  }

  all() {
    this.ids = new Set(this.#store.ids);
    this.#changed();
  }

  /** Returns whether there were any. */
  clear() {
    const { size } = this.ids;
    this.ids.clear();
    this.#last = null;
    this.#changed();
    return size > 0;
  }

  #changed() {
    const { size: count } = this.ids;
    this.#bar.hidden = !count;
    const words = ngettext("%(count)s selected", "%(count)s selected", count);
    const text = fill(words, { count: count.toLocaleString() });
    this.#bar.querySelector("[data-bulk-count]").textContent = text;
    this.#onChange();
  }
}
