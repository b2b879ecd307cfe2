/** Placeholders and markup in a text: what has to be in its translation, too. */

const SHAPES = [
  /<!--.*?-->|<\/?[A-Za-z_][\w:.-]*(?:\s[^<>]*)?>/, // tags
  /&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});/, // entities
  /\{\{[^{}]*\}\}|\{%[^{}]*%\}/, // templates
  /%\([^()\s]+\)[-+0#]*\d*(?:\.\d+)?[a-zA-Z]|%\{\w+\}|%[A-Za-z_][\w.-]+%(?!\w)/, // named
  /(?:%\d+\$|(?<!\d)%)[-+0#']*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t|L)?[diouxXeEfFgGcsp@](?![a-z]{3})|%%/,
  /\$\{[^{}\s]+\}/,
  /\{\s*[$-]?[\w.[\]-]*\s*(?:![rsa])?(?::[^{}\s]*)?\}/, // braces
];
const SHAPE = SHAPES.map((shape) => shape.source).join("|");

/** [{start, end, text}], in order. `codes`: markup that the file has in this source. */
export function placeablesOf(text, codes = []) {
  const literal = [...new Set(codes)]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
    .map((code) => code.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp([...literal, SHAPE].join("|"), "gsu");
  return [...text.matchAll(pattern)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    text: found[0],
  }));
}

/** Those of the source that the target does not have (often enough) yet, in order. */
export function placeablesMissing(source, target, codes = []) {
  const left = placeablesOf(target, codes).map(({ text }) => text);
  return placeablesOf(source, codes).filter(({ text }) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
