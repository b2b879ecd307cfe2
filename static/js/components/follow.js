const NEAR_PX = 48;
const SHARE = 0.35;

/**
 * Keeps the end of the text in view while it grows, gently, until the reader scrolls
 * up; a button brings them back.
 */
export class Follow {
  #scroller;
  #button;
  #isFollowing = true;
  #last = 0;
  #frame = null;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(scroller, button) {
    this.#scroller = scroller;
    this.#button = button;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    button.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#grown()).observe(scroller.firstElementChild);
    new ResizeObserver(() => this.#grown()).observe(scroller);
    this.toEnd();
  }

  /** Goes to the end at once, and follows from there. */
  toEnd() {
    this.#isFollowing = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#last = this.#scroller.scrollTop;
    this.#button.hidden = true;
  }

  get #distance() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  #scrolled() {
    const top = this.#scroller.scrollTop;
    const isUp = top < this.#last - 1;
    this.#last = top;
    if (this.#distance <= NEAR_PX) this.#isFollowing = true;
    else if (isUp) this.#isFollowing = false;
    this.#showButton();
  }

  #grown() {
    this.#showButton();
    if (!this.#isFollowing || this.#frame) return;
    this.#frame = requestAnimationFrame(() => this.#step());
  }

  #step() {
    this.#frame = null;
    const distance = this.#distance;
    if (!this.#isFollowing || distance < 1) return;
    const share = this.#calm.matches ? 1 : SHARE;
    this.#scroller.scrollTop += Math.max(1, Math.ceil(distance * share));
    this.#last = this.#scroller.scrollTop;
    this.#frame = requestAnimationFrame(() => this.#step());
  }

  #showButton() {
    this.#button.hidden = this.#isFollowing || this.#distance <= NEAR_PX;
  }
}
