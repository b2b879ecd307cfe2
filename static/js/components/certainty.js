import { toast } from "./toast.js";

/** Buttons with data-certainty: the answer's words shaded by how sure the model was of
    each, in place of the answer until the button is pressed again. */
export function watchCertainty(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-certainty]");
    if (button) toggle(button);
  });
}

async function toggle(button) {
  const article = button.closest("article");
  const shown = article.querySelector("[data-certain]");
  if (shown) shown.remove();
  else if (!(await show(article, button.dataset.certainty))) return;
  button.setAttribute("aria-pressed", String(!shown));
  article.querySelector("[data-body]").hidden = !shown;
}

async function show(article, url) {
  try {
    const response = await fetch(url, { cache: "no-store" });
    if (!response.ok) throw new Error(`${response.status} from ${url}`);
    const drawn = document.createElement("template");
    // Rendered on the server, which escapes every word.
    drawn.innerHTML = await response.text();
    if (article.querySelector("[data-certain]")) return false; // pressed twice
    article.querySelector("[data-body]").after(drawn.content);
    return true;
  } catch {
    toast(gettext("That did not work. Try again in a moment."));
    return false;
  }
}
