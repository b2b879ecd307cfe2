import { toast } from "./toast.js";

const DONE_MS = 2500;

/** Buttons with data-copy: empty copies the code block around it, "answer" the
    answer, "#id" what that field holds. */
export function watchCopy(root) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = sourceOf(button);
    try {
      await writeClipboard(text);
      markDone(button);
    } catch {
      toast(gettext("The browser did not let us copy. Select the text instead."));
    }
  });
}

/** Code blocks come without words of the interface: the page labels their buttons. */
export function labelCopyButtons(root) {
  for (const button of root.querySelectorAll("button.code-copy:empty")) {
    button.textContent = gettext("Copy code");
  }
}

function sourceOf(button) {
  if (button.dataset.copy.startsWith("#")) {
    return document.querySelector(button.dataset.copy).value;
  }
  if (button.dataset.copy === "answer") {
    return readable(button.closest("article").querySelector("[data-body]"));
  }
  return button.closest(".code").querySelector("pre").textContent;
}

/** A message as plain text, code without the heads of its blocks. */
function readable(body) {
  const parts = [...body.querySelectorAll(":scope > .block > *, :scope > .open-text")];
  if (!parts.length) return body.textContent;
  const textOf = (part) =>
    part.matches(".code") ? part.querySelector("pre").textContent : part.innerText;
  return parts.map(textOf).join("\n\n");
}

/** The clipboard API exists on secure pages only; plain http has the older way. */
async function writeClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("copy refused");
}

function markDone(button) {
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), DONE_MS);
  toastOnce(gettext("Copied."));
}

function toastOnce(text) {
  const shown = document.querySelectorAll("#toasts .toast p");
  if (![...shown].some((words) => words.textContent === text)) toast(text, DONE_MS);
}
