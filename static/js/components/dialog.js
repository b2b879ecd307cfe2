/** A click beside a dialog closes it; buttons with data-close do too. */
export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const dialog = event.target.closest("dialog");
    if (!dialog) return;
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}
