/** True while keys belong to what is being typed in. */
export function isTyping(target) {
  return Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
}

const SWITCH = "single-keys";

/**
 * May a key without Ctrl or Alt act on the whole page? Who dictates would press such keys
 * without meaning to (WCAG 2.1.4), so they can be switched off, in this browser.
 */
export function haveSingleKeys() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function switchSingleKeys(areOn) {
  try {
    if (areOn) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "off");
  } catch {
    // Storage is forbidden: the box says so by being ticked again in the next page.
  }
}

/** The list of shortcuts, under "?" and in the person's menu. */
export function watchShortcuts() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return;
  const box = dialog.querySelector("[name=single_keys]");
  box.checked = haveSingleKeys();
  box.addEventListener("change", () => switchSingleKeys(box.checked));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || isTyping(event.target) || dialog.open) return;
    if (!haveSingleKeys()) return;
    event.preventDefault();
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-shortcuts]")) return;
    event.target.closest("[popover]")?.hidePopover();
    dialog.showModal();
  });
}
