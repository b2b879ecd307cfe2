/** True while keys belong to what is being typed in. */
export function isTyping(target) {
  return Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
}

/** The list of shortcuts, under "?" and in the person's menu. */
export function watchShortcuts() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || isTyping(event.target) || dialog.open) return;
    event.preventDefault();
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-shortcuts]")) return;
    event.target.closest("[popover]")?.hidePopover();
    dialog.showModal();
  });
}
