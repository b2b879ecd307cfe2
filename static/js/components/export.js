import { getJson, HttpError } from "../lib/http.js";
import { toast } from "./toast.js";
import { isolatedNodes } from "./workspace/marked_text.js";
import { complain } from "./workspace/operations.js";
import { element, fill, segmentsWord } from "./workspace/words.js";

/**
 * Links with data-export save their file, and say which segments it does not have.
 * onShow(segment): of a page that can show one itself.
 */
export function watchExports({ onShow = null } = {}) {
  const dialog = document.getElementById("left-out");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-export]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("[popover]")?.hidePopover();
    exportFile(link, dialog).catch(complain);
  });
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("[data-segment]");
    if (!link || !onShow) return;
    event.preventDefault();
    dialog.close();
    onShow(Number(link.dataset.segment));
  });
}

async function exportFile(link, dialog) {
  const response = await fetch(link.href, { cache: "no-store" }).catch(() => {
    throw new HttpError("lost");
  });
  if (response.redirected) return location.assign(response.url); // signed out
  if (!response.ok) return toast(await response.text());
  save(await response.blob(), link.dataset.export);
  if (!Number(response.headers.get("X-Segments-Left-Out"))) return;
  const { search } = new URL(link.href);
  const { count, left_out } = await getJson(link.dataset.leftOut + search);
  show(dialog, link.dataset.document, count, left_out);
}

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // slow disks read it late
}

function show(dialog, page, count, rows) {
  const words = gettext(
    "The file is saved. In %(segments)s it keeps its own text, because it cannot hold the translation.",
  );
  dialog.querySelector("[data-left-out-words]").textContent = fill(words, {
    segments: segmentsWord(count),
  });
  dialog
    .querySelector("[data-left-out-rows]")
    .replaceChildren(...rows.map((row) => rowNode(page, row)));
  dialog.showModal();
}

function rowNode(page, { segment, source, reason }) {
  const link = element("a", { href: `${page}#s${segment}`, dir: "auto" });
  link.append(...isolatedNodes(source));
  link.dataset.segment = segment;
  const node = element("li");
  node.append(link, element("p", { className: "soft small", text: reason }));
  return node;
}
