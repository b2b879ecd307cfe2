const YEAR_SECONDS = 365 * 24 * 3600;

/** Days are the reader's own: the server learns from a cookie where they begin. */
export function tellTimeZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a cookieStore
  document.cookie = `time_zone=${timeZone}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
}
