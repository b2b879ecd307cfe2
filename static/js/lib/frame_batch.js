/**
 * Runs work together before the next paint. A hidden tab paints nothing, so there a
 * timer does it: text and states stay right for whoever comes back.
 */
export class FrameBatch {
  #work = new Set();
  #scheduled = false;

  add(work) {
    this.#work.add(work);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#run(), 200);
    else requestAnimationFrame(() => this.#run());
  }

  #run() {
    this.#scheduled = false;
    const work = [...this.#work];
    this.#work.clear();
    for (const one of work) one();
  }
}
