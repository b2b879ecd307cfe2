import { watchDialogs } from "../components/dialog.js";
import { watchShortcuts } from "../components/shortcuts.js";
import { watchTheme } from "../components/theme.js";
import { watchToasts } from "../components/toast.js";
import { forgetAll } from "../lib/kept.js";
import { tellTimeZone } from "../lib/time_zone.js";

for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", forgetAll);
}
tellTimeZone();
watchDialogs();
watchShortcuts();
watchTheme();
watchToasts();
