import { cutPlaces, likelyCut } from "../../lib/cut_places.js";
import { postJson } from "../../lib/http.js";
import { codePointLength } from "../../lib/text.js";
import { isolatedNodes } from "./marked_text.js";
import { element } from "./words.js";

/** Cuts a segment in two between words; both texts are shown as they will be. */
export class SplitDialog {
  #dialog;
  #form;
  #config;
  #row;
  #places = {};

  constructor(dialog, config) {
    this.#dialog = dialog;
    this.#form = dialog.querySelector("form");
    this.#config = config;
    this.#form.addEventListener("input", () => this.#draw());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#split();
    });
  }

  open(row) {
    this.#row = row;
    this.#prepare("source", row.source, this.#config.source_language);
    this.#prepare("target", row.target, this.#config.target_language);
    this.#find("[data-split-target-field]").hidden = !row.target;
    this.#complain("");
    this.#draw();
    this.#dialog.showModal();
  }

  #find(selector) {
    return this.#dialog.querySelector(selector);
  }

  #prepare(name, text, language) {
    const places = cutPlaces(text, language);
    this.#places[name] = places;
    const range = this.#form.elements[name];
    range.max = Math.max(0, places.length - 1);
    range.value = Math.max(0, places.indexOf(likelyCut(text, places)));
  }

  #cut(name) {
    return this.#places[name][Number(this.#form.elements[name].value)] ?? 0;
  }

  #draw() {
    for (const name of ["source", "target"]) {
      const [text, at] = [this.#row[name], this.#cut(name)];
      const place = this.#find(`[data-split-${name}]`);
      place.lang = this.#config[`${name}_language`];
      place.dir = this.#config[`${name}_dir`];
      const { codes } = this.#row;
      const parts = [text.slice(0, at), text.slice(at)].map((part) => {
        const node = element("span");
        node.append(...isolatedNodes(part.trim(), { codes }));
        return node;
      });
      place.replaceChildren(...parts);
      this.#form.elements[name].ariaValueText =
        `${parts[0].textContent} | ${parts[1].textContent}`;
    }
  }

  async #split() {
    const { id: segment, version, source, target } = this.#row;
    const before = (text, at) => codePointLength(text.slice(0, at));
    try {
      await postJson(this.#config.split, {
        segment,
        version,
        source_offset: before(source, this.#cut("source")),
        ...(target && { target_offset: before(target, this.#cut("target")) }),
      });
      this.#dialog.close();
    } catch (error) {
      this.#complain(
        error.message || gettext("That did not work. Try again in a moment."),
      );
    }
  }

  #complain(words) {
    const place = this.#find("[data-split-error]");
    place.textContent = words;
    place.hidden = !words;
  }
}
