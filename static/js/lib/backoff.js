const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Full jitter, so that a thousand pages do not come back in the same instant. */
export function reconnectDelay(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return FIRST_MS + random() * (ceiling - FIRST_MS);
}
