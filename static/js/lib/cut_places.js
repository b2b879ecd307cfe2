const ENDS = /[.!?…。！？؟]["'”’»)\]」』）]*\s*$/u;

/** Where a text can be cut so that both parts have words, in UTF-16 units. */
export function cutPlaces(text, language) {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  const words = [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike);
  return words.slice(1).map(({ index }) => index);
}

/** After the sentence end nearest to the middle, or else nearest to it. */
export function likelyCut(text, places) {
  const middle = text.length / 2;
  const ends = places.filter((place) => ENDS.test(text.slice(0, place)));
  const near = (a, b) => Math.abs(a - middle) - Math.abs(b - middle);
  return [...(ends.length ? ends : places)].sort(near)[0];
}
