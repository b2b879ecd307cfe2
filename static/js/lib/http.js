/** Why a request for JSON was refused: the server's `code` and words, or "lost". */
export class HttpError extends Error {
  constructor(code, message = "", answer = {}) {
    super(message);
    this.code = code;
    this.answer = answer;
  }
}

/** Posts form fields with the page's CSRF token. Rejects when refused. */
export async function post(url, fields) {
  const response = await fetch(url, {
    method: "POST",
    headers: tokenHeaders(),
    body: new URLSearchParams(fields),
  });
  if (!response.ok) throw new Error(`${response.status} from ${url}`);
  return response.text();
}

/** The page at `url` as a document of its own. */
export async function readPage(url) {
  const response = await fetch(url, { cache: "no-store" });
  if (!response.ok) throw new Error(`${response.status} from ${url}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

export function getJson(url, { signal } = {}) {
  return askJson(url, { cache: "no-store", signal });
}

export function postJson(url, data = {}, { signal } = {}) {
  const headers = { ...tokenHeaders(), "Content-Type": "application/json" };
  return askJson(url, { method: "POST", headers, body: JSON.stringify(data), signal });
}

async function askJson(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    throw error.name === "AbortError" ? error : new HttpError("lost");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new HttpError(answer.code ?? String(response.status), answer.message, answer);
}

function tokenHeaders() {
  return JSON.parse(document.body.getAttribute("hx-headers"));
}
