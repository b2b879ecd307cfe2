import { codePointLength, splitAt } from "./text.js";

/**
 * One answer as the frames of the socket build it: closed blocks of HTML, then the open
 * text. `apply` says what a view must do, in work proportional to the frame:
 *   {change: "all"} | {change: "text", text} | {change: "block", html, open}
 *   | {change: "end"} | {change: "gap"} (ask for a snapshot) | {change: "none"}
 */
export class AnswerState {
  blocks = [];
  open = "";
  seq = -1; // nothing is known before the first snapshot
  ended = false;

  apply(frame) {
    if (frame.type === "snapshot") return this.#snapshot(frame);
    if (this.seq < 0) return { change: "gap" };
    if (this.ended || frame.seq < this.seq) return { change: "none" };
    if (frame.type === "delta") return this.#delta(frame);
    if (frame.type === "block") return this.#block(frame);
    this.seq = frame.seq;
    this.ended = true;
    return { change: "end" };
  }

  #snapshot(frame) {
    // A snapshot that was on its way when newer text arrived must not take it back.
    if (frame.seq < this.seq && !this.ended) return { change: "none" };
    this.blocks = [...frame.blocks];
    this.open = frame.open;
    this.seq = frame.seq;
    this.ended = false;
    return { change: "all" };
  }

  #delta(frame) {
    this.open += frame.text;
    this.seq = frame.seq;
    return { change: "text", text: frame.text };
  }

  #block(frame) {
    if (frame.index < this.blocks.length) return { change: "none" };
    const isMissingSome = frame.index > this.blocks.length;
    if (isMissingSome || codePointLength(this.open) < frame.length) {
      return { change: "gap" };
    }
    this.open = splitAt(this.open, frame.length)[1];
    this.blocks.push(frame.html);
    this.seq = frame.seq;
    return { change: "block", html: frame.html, open: this.open };
  }
}
