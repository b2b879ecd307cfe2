/**
 * What a model would write after what is typed. Each question has a number; an answer to
 * an older one is dropped, and while a person types along with it nothing is asked anew.
 */
export class Ghost {
  #numbers;
  #prefix = null; // what was asked about
  #whole = ""; // that, and what follows it

  /** numbers: shared by all rows of a page; they grow as long as a connection lasts. */
  constructor(numbers = { last: 0 }) {
    this.#numbers = numbers;
    this.asked = -1;
  }

  /** The number to ask with; null where the answer is here, or on its way. */
  ask(text) {
    if (this.#covers(text)) return null;
    this.#numbers.last += 1;
    this.asked = this.#numbers.last;
    this.#prefix = text;
    this.#whole = text;
    return this.asked;
  }

  /** Returns whether it was news. */
  answer({ number, text }) {
    if (number !== this.asked) return false;
    this.#whole = this.#prefix + text;
    return true;
  }

  /** What is to be shown behind `text`. */
  rest(text) {
    return this.#covers(text) ? this.#whole.slice(text.length) : "";
  }

  drop() {
    this.#prefix = null;
    this.#whole = "";
    this.asked = -1;
  }

  /** What was deleted is not offered again. */
  #covers(text) {
    if (this.#prefix === null || text.length < this.#prefix.length) return false;
    return this.#whole.startsWith(text);
  }
}

/** The first word of a continuation, with the space before and the signs behind it. */
export function firstWord(rest, language) {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  let end = 0;
  let hasWord = false;
  for (const { segment, isWordLike, index } of segmenter.segment(rest)) {
    if (hasWord && (isWordLike || /^\s/.test(segment))) break;
    hasWord ||= isWordLike;
    end = index + segment.length;
  }
  return rest.slice(0, end);
}
