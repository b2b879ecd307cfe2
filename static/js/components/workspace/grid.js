import { FrameBatch } from "../../lib/frame_batch.js";
import { VirtualRows } from "../../lib/virtual_rows.js";
import { RowView } from "./row_view.js";

const GUESS_PX = 56;
const MARGIN_PX = 500;
const MOST_LOOKS = 5;

/**
 * The list of segments: only rows near the window are on the page. Heights are measured,
 * and what the reader looks at stays where it is when others change theirs.
 * Fires "view" with the ids on the screen.
 */
export class Grid extends EventTarget {
  active = null; // the row that has the focus, or would get it
  open = null;
  #scroller;
  #place;
  #store;
  #context;
  #rows = new VirtualRows(GUESS_PX);
  #views = new Map();
  #batch = new FrameBatch();
  #draw = () => this.#render();
  #drawExactly = () => this.#render(true);
  #sizes = new ResizeObserver((entries) => this.#measured(entries));
  #width = 0;

  constructor(scroller, store, context) {
    super();
    this.#scroller = scroller;
    this.#place = scroller.querySelector("[data-rows]");
    this.#store = store;
    this.#context = context;
    scroller.addEventListener("scroll", this.draw.bind(this), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(scroller);
  }

  /** Soon, once for all that happens until then. */
  draw() {
    this.#batch.add(this.#draw);
  }

  view(id) {
    return this.#views.get(id);
  }

  setIds(ids) {
    this.#rows.setIds(ids);
    this.#scroller.ariaRowCount = ids.length;
    this.#scroller.ariaBusy = "false";
    if (this.#store.indexOf(this.active) < 0) this.active = ids[0] ?? null;
    this.#render();
  }

  /** The row is at the place where it was on the screen, whatever `change` does. */
  keep(id, change) {
    const index = this.#store.indexOf(id);
    const before = this.#rows.topOf(index) - this.#scroller.scrollTop;
    change();
    this.#render(true);
    this.#scroller.scrollTop = this.#rows.topOf(index) - before;
  }

  /** Brings it into the window, and on the page. */
  reveal(id) {
    const index = this.#store.indexOf(id);
    if (index < 0) return false;
    this.active = id;
    // Heights on the way are guesses until they are drawn: look again.
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const before = this.#scroller.scrollTop;
      this.#scrollTo(index);
      if (look && this.#scroller.scrollTop === before) break;
      this.#render(true);
    }
    return true;
  }

  focus(id) {
    if (!this.reveal(id)) return;
    this.#views.get(id).element.focus({ preventScroll: true });
  }

  /** The row that is `step` rows away, or the last one that way. */
  neighbour(id, step) {
    const { ids } = this.#store;
    const index = this.#store.indexOf(id) + step;
    return ids[Math.max(0, Math.min(index, ids.length - 1))];
  }

  get pageRows() {
    const { clientHeight } = this.#scroller;
    return Math.max(1, Math.floor(clientHeight / GUESS_PX) - 1);
  }

  idOf(node) {
    const row = node.closest?.("[data-segment]");
    return row && this.#place.contains(row) ? Number(row.dataset.segment) : null;
  }

  #scrollTo(index) {
    const [top, bottom] = [this.#rows.topOf(index), this.#rows.topOf(index + 1)];
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) {
      this.#scroller.scrollTop = Math.min(top, bottom - clientHeight);
    }
  }

  #resized() {
    const width = this.#scroller.clientWidth;
    if (width === this.#width) return this.draw();
    this.#width = width;
    this.#rows.forgetHeights();
    // The browser has told of the rows' new heights before it told of this.
    this.#batch.add(this.#drawExactly);
  }

  /** isExact: heights are measured at once, not when the browser has laid them out. */
  #render(isExact = false) {
    const { scrollTop, clientHeight } = this.#scroller;
    const range = this.#rows.rangeOf(scrollTop, clientHeight, MARGIN_PX);
    this.#show(this.#wanted(range));
    if (isExact) {
      const views = [...this.#views].map(([id, { element }]) => [
        id,
        element.getBoundingClientRect().height,
      ]);
      this.#learn(views);
    }
    this.#position();
    this.#tellView(range);
  }

  #position() {
    for (const [id, { element }] of this.#views) {
      const top = Math.round(this.#rows.topOf(this.#store.indexOf(id)));
      element.style.transform = `translateY(${top}px)`;
    }
    this.#place.style.height = `${this.#rows.height}px`;
  }

  /** Also the row with the hand in it, wherever it was scrolled to. */
  #wanted([first, end]) {
    const indexes = new Set();
    for (let index = first; index < end; index += 1) indexes.add(index);
    for (const id of [this.active, this.open]) {
      const index = id === null ? -1 : this.#store.indexOf(id);
      if (index >= 0) indexes.add(index);
    }
    return [...indexes].sort((a, b) => a - b);
  }

  #show(indexes) {
    const ids = indexes.map((index) => this.#store.ids[index]);
    const kept = new Set(ids);
    for (const [id, view] of this.#views) {
      if (kept.has(id)) continue;
      this.#sizes.unobserve(view.element);
      view.element.remove();
      this.#views.delete(id);
    }
    let before = null;
    for (const [number, id] of ids.entries()) {
      const view = this.#viewOf(id);
      view.element.tabIndex = id === this.active ? 0 : -1;
      view.update(indexes[number], this.#store.row(id));
      const next = before ? before.nextSibling : this.#place.firstChild;
      // A row that is moved would lose the focus: only new ones are put in.
      if (view.element !== next) this.#place.insertBefore(view.element, next);
      before = view.element;
    }
  }

  #viewOf(id) {
    if (!this.#views.has(id)) {
      const view = new RowView(id, this.#context);
      this.#views.set(id, view);
      this.#sizes.observe(view.element);
    }
    return this.#views.get(id);
  }

  /** The browser tells of each row that is new or another height by now. */
  #measured(entries) {
    const heights = entries.map(({ target, borderBoxSize: [size] }) => [
      Number(target.dataset.segment),
      size.blockSize,
    ]);
    if (!this.#learn(heights)) return;
    this.#position();
    this.draw();
  }

  /** Heights by ids; what the reader looks at stays. Returns whether there was news. */
  #learn(heights) {
    const anchor = this.#anchor();
    const before = this.#rows.topOf(anchor);
    let isNews = false;
    for (const [id, height] of heights) {
      const index = this.#store.indexOf(id);
      if (index >= 0) isNews = this.#rows.setHeight(index, height) || isNews;
    }
    const moved = this.#rows.topOf(anchor) - before;
    if (moved) {
      this.#place.style.height = `${this.#rows.height}px`;
      this.#scroller.scrollTop += moved;
    }
    return isNews;
  }

  /** The row that must not move: the one with the hand in it if it is seen, else the
      first one seen. */
  #anchor() {
    const { scrollTop, clientHeight } = this.#scroller;
    const hasFocus = this.#place.contains(document.activeElement);
    const hand = this.#store.indexOf(this.open ?? (hasFocus ? this.active : null));
    const top = hand < 0 ? -1 : this.#rows.topOf(hand);
    if (top >= scrollTop - 1 && top < scrollTop + clientHeight) return hand;
    const first = this.#rows.indexAt(scrollTop);
    return this.#rows.topOf(first) < scrollTop - 1 ? first + 1 : first;
  }

  #tellView([first, end]) {
    const detail = this.#store.ids.slice(first, end);
    this.dispatchEvent(new CustomEvent("view", { detail }));
  }
}
