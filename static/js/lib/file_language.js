/**
 * Which of these languages a file's name speaks of: "app.fr.json" of fr, "pt_BR.po" of
 * pt-BR and not of pt. None: it does not say.
 */
export function languagesNamed(name, tags) {
  const words = `-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-`;
  const named = tags.filter((tag) => words.includes(`-${tag.toLowerCase()}-`));
  const isPart = (tag) => named.some((other) => other.startsWith(`${tag}-`));
  return named.filter((tag) => !isPart(tag));
}
