/** One dialog renames whichever conversation its button belongs to. */
export function watchRename() {
  const dialog = document.getElementById("rename");
  const form = dialog.querySelector("form");
  const field = form.elements.namedItem("title");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rename]");
    if (!button) return;
    form.setAttribute("hx-post", button.dataset.rename);
    htmx.process(form);
    field.value = button.dataset.renameTitle;
    dialog.showModal();
    field.select();
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) dialog.close();
  });
}
