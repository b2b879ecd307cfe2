/**
 * Where rows of unlike heights are, in a list too long to be drawn. Heights are guessed
 * until they are measured, and kept by the row's id: a filter takes none of them away.
 */
export class VirtualRows {
  #ids = [];
  #heights = new Map();
  #guess;
  #tops = new Float64Array(1); // of each row, and the end
  #validTo = 0; // tops up to this index are right

  constructor(guess) {
    this.#guess = guess;
  }

  get length() {
    return this.#ids.length;
  }

  get height() {
    return this.topOf(this.#ids.length);
  }

  setIds(ids) {
    this.#ids = ids;
    this.#tops = new Float64Array(ids.length + 1);
    this.#validTo = 0;
  }

  /** Another width: every height has to be measured again. */
  forgetHeights() {
    this.#heights.clear();
    this.#validTo = 0;
  }

  /** Returns whether that is news. */
  setHeight(index, height) {
    const id = this.#ids[index];
    if (this.#heights.get(id) === height) return false;
    this.#heights.set(id, height);
    this.#validTo = Math.min(this.#validTo, index);
    return true;
  }

  topOf(index) {
    for (let at = this.#validTo; at < index; at += 1) {
      const height = this.#heights.get(this.#ids[at]) ?? this.#guess;
      this.#tops[at + 1] = this.#tops[at] + height;
    }
    this.#validTo = Math.max(this.#validTo, index);
    return this.#tops[index];
  }

  /** The row at this distance from the top; the last one for what lies beyond. */
  indexAt(distance) {
    let low = 0;
    let high = this.#ids.length;
    this.topOf(high);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tops[middle + 1] <= distance) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, Math.min(low, this.#ids.length - 1));
  }

  /** [first, after the last] of the rows to draw for what is seen from `top` on. */
  rangeOf(top, height, margin) {
    if (!this.#ids.length) return [0, 0];
    const first = this.indexAt(Math.max(0, top - margin));
    return [first, this.indexAt(top + height + margin) + 1];
  }
}
