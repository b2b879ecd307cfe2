import { watchDialogs } from "../components/dialog.js";
import { watchShortcuts } from "../components/shortcuts.js";
import { watchTheme } from "../components/theme.js";
import { watchToasts } from "../components/toast.js";
import { forgetAll } from "../lib/kept.js";

for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", forgetAll);
}
watchDialogs();
watchShortcuts();
watchTheme();
watchToasts();
