import { post } from "../lib/http.js";

/** Light, dark or the system's: at once on this page, and kept with the person. */
export function watchTheme(root = document) {
  const group = root.querySelector("[data-theme-switch]");
  group?.addEventListener("click", (event) => {
    const theme = event.target.closest("button")?.value;
    if (!theme) return;
    document.documentElement.dataset.theme = theme;
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    // Refused or offline: the page keeps the look, the next one asks again.
    post(group.dataset.themeSwitch, { theme }).catch(() => {});
  });
}
