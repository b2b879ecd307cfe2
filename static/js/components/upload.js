import { languagesNamed } from "../lib/file_language.js";

const MEGABYTE = 1024 * 1024;

/** Forms with data-import: files may be dropped on the page, are listed with their
    sizes, and say by their names which languages they are for. */
export function watchUploads() {
  for (const form of document.querySelectorAll("[data-import]")) new Upload(form);
}

class Upload {
  #form;
  #input;
  #zone;

  constructor(form) {
    this.#form = form;
    this.#zone = form.querySelector("[data-drop]");
    this.#input = this.#zone.querySelector("input[type=file]");
    this.#input.addEventListener("change", () => this.#show());
    form.addEventListener("submit", () => this.#send());
    // Back from the next page the browser shows this one as it was left.
    window.addEventListener("pageshow", () => this.#rest());
    this.#watchDrops();
    this.#show(); // a quick hand chose before this script was there
  }

  #watchDrops() {
    const over = (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.#zone.classList.add("is-over");
    };
    document.addEventListener("dragenter", over);
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.#zone.classList.remove("is-over");
    });
    document.addEventListener("drop", (event) => {
      this.#zone.classList.remove("is-over");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.#input.files = event.dataTransfer.files;
      this.#show();
      this.#input.focus();
      this.#form.scrollIntoView({ block: "nearest" });
    });
  }

  #show() {
    const files = [...this.#input.files];
    const rows = files.map((file) => {
      const row = document.createElement("li");
      const isTooLarge = file.size > Number(this.#zone.dataset.limit);
      row.classList.toggle("is-refused", isTooLarge);
      row.textContent = `${file.name} · ${sizeText(file.size)}`;
      if (isTooLarge) row.append(" · ", gettext("too large, it will be refused"));
      return row;
    });
    this.#zone.querySelector("[data-chosen]").replaceChildren(...rows);
    this.#chooseLanguages(files);
  }

  /** Only while nobody has chosen: a hand's choice is left alone. */
  #chooseLanguages(files) {
    const boxes = [...this.#form.querySelectorAll("[name=target_language]")];
    if (boxes.some((box) => box.checked)) return;
    const tags = boxes.map((box) => box.value);
    const named = new Set(files.flatMap((file) => languagesNamed(file.name, tags)));
    for (const box of boxes) box.checked = named.has(box.value);
  }

  #send() {
    const button = this.#form.querySelector("[data-busy]");
    button.disabled = true;
    this.#form.querySelector("[data-sending]").textContent = button.dataset.busy;
  }

  #rest() {
    this.#form.querySelector("[data-busy]").disabled = false;
    this.#form.querySelector("[data-sending]").textContent = "";
  }
}

function sizeText(bytes) {
  const digits = { maximumFractionDigits: 1 };
  if (bytes < MEGABYTE / 10) {
    return `${Math.max(1, Math.round(bytes / 1024)).toLocaleString()} kB`;
  }
  return `${(bytes / MEGABYTE).toLocaleString(undefined, digits)} MB`;
}
