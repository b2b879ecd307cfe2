/** Lengths on the socket are Unicode code points; JavaScript counts UTF-16 units. */

/** The index, in UTF-16 units, at which `count` code points end. */
export function indexOfCodePoint(text, count) {
  let index = 0;
  for (let passed = 0; passed < count && index < text.length; passed += 1) {
    index += text.codePointAt(index) > 0xffff ? 2 : 1;
  }
  return index;
}

/** Text cut after `count` code points: [head, rest]. */
export function splitAt(text, count) {
  const index = indexOfCodePoint(text, count);
  return [text.slice(0, index), text.slice(index)];
}

export function codePointLength(text) {
  return Array.from(text).length;
}
