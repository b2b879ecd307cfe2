/**
 * A text cut where marks begin and end: [{text, kinds}], each with the marks that are
 * over it. Marks: [{start, end, kind}], in UTF-16 units; they may overlap.
 */
export function cutByMarks(text, marks) {
  const used = marks.filter(({ start, end }) => start < end && start < text.length);
  const edges = new Set([0, text.length]);
  for (const { start, end } of used) {
    edges.add(Math.max(0, start)).add(Math.min(end, text.length));
  }
  const places = [...edges].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, number) => ({
    text: text.slice(start, places[number + 1]),
    start,
    kinds: [
      ...new Set(
        used.filter((mark) => mark.start <= start && start < mark.end).map((m) => m.kind),
      ),
    ],
  }));
}

/**
 * The pieces of cutByMarks, where those under one of `wholes` stay together, because
 * they are one thing to the eye: [{whole, pieces}], whole: null where there is none.
 */
export function cutWithin(text, marks, wholes) {
  const groups = [];
  for (const piece of cutByMarks(text, [...marks, ...wholes])) {
    const whole =
      wholes.find(({ start, end }) => start <= piece.start && piece.start < end) ?? null;
    const kinds = piece.kinds.filter((kind) => kind !== whole?.kind);
    const last = groups.at(-1);
    if (whole && last?.whole === whole) last.pieces.push({ ...piece, kinds });
    else groups.push({ whole, pieces: [{ ...piece, kinds }] });
  }
  return groups;
}
