import { watchDialogs } from "../components/dialog.js";
import { watchShortcuts } from "../components/shortcuts.js";
import { watchTheme } from "../components/theme.js";
import { watchToasts } from "../components/toast.js";

watchDialogs();
watchShortcuts();
watchTheme();
watchToasts();
