/** What models are writing of segments right now, put together from `deltas`. */
export class LiveTexts {
  #texts = new Map();

  get(segment) {
    return this.#texts.get(segment)?.text;
  }

  /** Returns the segments whose text is another one now. */
  take(deltas) {
    return deltas.filter((delta) => this.#add(delta)).map(({ segment }) => segment);
  }

  /** It is written: the row says how it reads. */
  drop(segment) {
    return this.#texts.delete(segment);
  }

  clear() {
    this.#texts.clear();
  }

  #add({ segment, seq, text, restart = false }) {
    const known = this.#texts.get(segment);
    // An older one that was on its way must not be read twice.
    if (!restart && known && seq < known.seq) return false;
    this.#texts.set(segment, { seq, text: restart ? text : (known?.text ?? "") + text });
    return true;
  }
}
