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

/** As a field gives it back: all its line ends are one unit. */
export function fieldText(text) {
  return text.replace(/\r\n?/g, "\n");
}

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * What the server tells in code points of `text`, in units of fieldText(text): {start,
 * end}, of whole characters as people see them, for a line under half of one is drawn
 * under its neighbour.
 */
export function fieldSpan(text, start, end) {
  const place = (count) => fieldText(text.slice(0, indexOfCodePoint(text, count))).length;
  const span = { start: place(start), end: place(end) };
  if (span.start >= span.end) return span;
  const found = characters.segment(fieldText(text));
  const last = found.containing(span.end - 1);
  return {
    start: found.containing(span.start).index,
    end: last.index + last.segment.length,
  };
}
