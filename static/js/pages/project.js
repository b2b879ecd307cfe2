import { watchExports } from "../components/export.js";
import { watchFilters } from "../components/language_filter.js";
import { toast } from "../components/toast.js";
import { watchUploads } from "../components/upload.js";

watchExports();
watchFilters();
watchUploads();

// What is refused is said in words; the list stays as it was.
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const isWords = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  toast(isWords ? xhr.responseText : gettext("This did not work. Load the page anew."));
});

// The button under the hand goes with its row or its toast: the list takes the focus.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const elt = detail.requestConfig?.elt; // none, if a press came before its answer
  if (!detail.successful || !elt?.matches("[data-moves-focus]")) return;
  if (elt.matches(".toast")) elt.remove();
  document.getElementById("documents").focus({ preventScroll: true });
});
