const SENTENCE = /.*?(?:[.!?…]["'”’)\]]*\s|[。！？]["”’」』）]*|\n)/suy;

/** Cuts a stream of text into sentences; what has no end yet waits in `rest`. */
export class Sentences {
  rest = "";

  push(text) {
    this.rest += text;
    const sentences = [];
    SENTENCE.lastIndex = 0;
    let end = 0;
    for (let found = SENTENCE.exec(this.rest); found; found = SENTENCE.exec(this.rest)) {
      end = SENTENCE.lastIndex;
      if (found[0].trim()) sentences.push(found[0].trim());
    }
    this.rest = this.rest.slice(end);
    return sentences;
  }

  flush() {
    const rest = this.rest.trim();
    this.rest = "";
    return rest ? [rest] : [];
  }
}
