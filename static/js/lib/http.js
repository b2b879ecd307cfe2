/** Posts form fields with the page's CSRF token. Rejects when refused. */
export async function post(url, fields) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const response = await fetch(url, {
    method: "POST",
    headers,
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
