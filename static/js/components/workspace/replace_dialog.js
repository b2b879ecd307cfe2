import { postJson } from "../../lib/http.js";
import { diffNodes } from "./marked_text.js";
import { element, fill, segmentsWord } from "./words.js";

const TYPING_MS = 300;

/** Search and replace in the translations: every change is seen before it is made. */
export class ReplaceDialog {
  #dialog;
  #form;
  #config;
  #hooks;
  #timer = null;
  #looks = 0;
  #left = new Set(); // hits that a person took out

  /** hooks: {selected(): ids, need(ids), rowNumber(id), onDone(operation), onClose()} */
  constructor(dialog, config, hooks) {
    this.#dialog = dialog;
    this.#form = dialog.querySelector("form");
    this.#config = config;
    this.#hooks = hooks;
    this.#form.addEventListener("input", (event) => this.#input(event));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
    dialog.addEventListener("close", () => hooks.onClose());
  }

  open() {
    const selected = this.#hooks.selected();
    const choice = this.#find("[data-replace-selected]");
    choice.hidden = !selected.length;
    this.#form.elements.selected.checked = selected.length > 0;
    this.#dialog.showModal();
    this.#form.elements.find.select();
    this.#look();
  }

  #find(selector) {
    return this.#dialog.querySelector(selector);
  }

  #input({ target }) {
    if (target.dataset.hit) {
      if (target.checked) this.#left.delete(Number(target.dataset.hit));
      else this.#left.add(Number(target.dataset.hit));
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), TYPING_MS);
  }

  get #body() {
    const {
      find,
      with: replacement,
      regex,
      case: isCase,
      selected,
    } = this.#form.elements;
    return {
      find: find.value,
      with: replacement.value,
      regex: regex.checked,
      case: isCase.checked,
      ...(selected.checked && { segments: this.#hooks.selected() }),
    };
  }

  async #look() {
    this.#looks += 1;
    const look = this.#looks;
    this.#left.clear();
    this.#complain("");
    if (!this.#body.find) return this.#show({ hits: [], total: 0 }, "");
    try {
      const found = await postJson(this.#config.replace, this.#body);
      await this.#hooks.need(found.hits.map(({ segment }) => segment));
      if (look === this.#looks) this.#show(found, segmentsWord(found.total));
    } catch (error) {
      if (look === this.#looks) this.#refused(error);
    }
  }

  #refused(error) {
    this.#show({ hits: [], total: 0 }, "");
    this.#complain(error.message || gettext("That did not work. Try again in a moment."));
  }

  #show({ hits, total }, words) {
    const rest = total - hits.length;
    const more = rest
      ? fill(gettext("%(segments)s more are not shown"), { segments: segmentsWord(rest) })
      : "";
    this.#find("[data-replace-count]").textContent = [words, more]
      .filter(Boolean)
      .join(" · ");
    this.#find("[data-replace-hits]").replaceChildren(
      ...hits.map((hit) => this.#hit(hit)),
    );
    this.#find("[data-replace-apply]").disabled = !total;
    this.hits = hits;
    this.isWhole = !rest;
  }

  #hit({ segment, before, after }) {
    const { target_language, target_dir } = this.#config;
    const node = element("li", { className: "replace-hit" });
    const label = element("label");
    const box = element("input", { type: "checkbox", checked: true });
    const number = this.#hooks.rowNumber(segment).toLocaleString();
    box.dataset.hit = segment;
    const text = element("span", { className: "diff" });
    text.lang = target_language;
    text.dir = target_dir;
    text.append(...diffNodes(before, after));
    label.append(box, element("span", { className: "soft", text: number }), text);
    node.append(label);
    return node;
  }

  async #apply() {
    const body = this.#body;
    if (this.#left.size) {
      // What is not shown cannot be chosen from: then only what is seen is changed.
      const seen = this.hits.map(({ segment }) => segment);
      body.segments = seen.filter((segment) => !this.#left.has(segment));
    }
    try {
      const { operation } = await postJson(this.#config.replace, {
        ...body,
        apply: true,
      });
      this.#dialog.close();
      this.#hooks.onDone(operation);
    } catch (error) {
      this.#complain(
        error.message || gettext("That did not work. Try again in a moment."),
      );
    }
  }

  #complain(words) {
    const place = this.#find("[data-replace-error]");
    place.textContent = words;
    place.hidden = !words;
  }
}
