import { haveSingleKeys, isTyping } from "./shortcuts.js";

/** The list of conversations: a column, or a drawer on a narrow page; and its search. */
export class Sidelist {
  #aside = document.getElementById("sidelist");
  #list = document.getElementById("conversation-list");
  #search = document.querySelector("[data-search]");
  #scrim = document.querySelector(".sidelist-scrim");
  #opener = document.querySelector("[data-drawer-open]");
  #url;
  #current = "";

  constructor(url) {
    this.#url = url;
    this.#opener.addEventListener("click", () => this.#show(true));
    for (const closer of document.querySelectorAll("[data-drawer-close]")) {
      closer.addEventListener("click", () => this.#show(false));
    }
    this.#aside.addEventListener("keydown", (event) => this.#escape(event));
    document.addEventListener("keydown", (event) => this.#shortcut(event));
    this.#list.addEventListener("htmx:afterSwap", () => this.#mark());
    const isMac = navigator.platform.startsWith("Mac");
    document.querySelector("[data-mod-key]").textContent = isMac ? "⌘ K" : "Ctrl K";
  }

  set current(conversation) {
    this.#current = conversation;
    this.#mark();
  }

  get currentTitle() {
    return this.#link(this.#current)?.querySelector(".sidelist-title").textContent;
  }

  /** Reads the list again, with the search that is in force. */
  async refresh() {
    const focused = this.#list.querySelector(":focus")?.dataset.id;
    const values = { q: this.#search.value };
    const list = this.#list;
    const how = { source: list, target: list, swap: "innerHTML", values };
    await htmx.ajax("GET", this.#url, how).catch(() => {});
    if (focused) this.#link(focused)?.focus();
  }

  #link(conversation) {
    return this.#list.querySelector(`a[data-id="${conversation}"]`);
  }

  #mark() {
    for (const link of this.#list.querySelectorAll("a[data-id]")) {
      if (link.dataset.id === this.#current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  #show(isOpen) {
    this.#aside.classList.toggle("is-open", isOpen);
    this.#scrim.hidden = !isOpen;
    this.#opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.#search.focus();
    else this.#opener.focus();
  }

  #escape(event) {
    if (event.key !== "Escape" || !this.#aside.classList.contains("is-open")) return;
    event.preventDefault();
    this.#show(false);
  }

  #shortcut(event) {
    const isMod = event.ctrlKey || event.metaKey;
    if (isMod && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (this.#opener.offsetParent) this.#show(true);
      this.#search.focus();
      this.#search.select();
    } else if (isMod && event.shiftKey && event.key.toLowerCase() === "o") {
      event.preventDefault();
      this.#aside.querySelector(".sidelist-new").click();
    } else if (event.key === "/" && !isMod && !isTyping(event.target)) {
      if (!haveSingleKeys()) return;
      event.preventDefault();
      document.getElementById("message").focus();
    }
  }
}
