import { getJson, postJson } from "../../lib/http.js";
import { toast } from "../toast.js";
import { element, fill, segmentsWord, timeNode } from "./words.js";

const UNDO_STAYS_MS = 20_000;

/** Changes of many segments, each undone as one. */
export class Operations {
  #menu;
  #urls;

  constructor(menu, urls) {
    this.#menu = menu;
    this.#urls = urls;
    menu.addEventListener("toggle", ({ newState }) => {
      if (newState === "open") this.#list();
    });
    menu.addEventListener("click", (event) => {
      const button = event.target.closest("[data-undo]");
      if (!button) return;
      this.#menu.hidePopover();
      this.undo(button.dataset.undo);
    });
  }

  /** accept, approve, copy, clear; resolves when it is done or refused. */
  async bulk(kind, segments) {
    try {
      const { operation, skipped } = await postJson(this.#urls.bulk, { kind, segments });
      this.done(operation, skipped);
      return true;
    } catch (error) {
      complain(error);
      return false;
    }
  }

  /** Says what was done, and offers to undo it. */
  done({ id, text, count }, skipped = 0) {
    const left = skipped
      ? fill(gettext("%(segments)s left as they were"), {
          segments: segmentsWord(skipped),
        })
      : "";
    const words = count ? text : gettext("Nothing was changed");
    const label = fill(gettext("Undo: %(what)s"), { what: text });
    const action = count ? { label, run: () => this.undo(id) } : null;
    toast([words, left].filter(Boolean).join(" · "), UNDO_STAYS_MS, action);
  }

  async undo(operation) {
    try {
      const { restored, skipped } = await postJson(this.#urls.undo, { operation });
      const back = fill(gettext("%(segments)s as before"), {
        segments: segmentsWord(restored),
      });
      const left = skipped
        ? fill(gettext("%(segments)s were changed since, and stay"), {
            segments: segmentsWord(skipped),
          })
        : "";
      toast([back, left].filter(Boolean).join(" · "));
    } catch (error) {
      complain(error);
    }
  }

  /** The person's own: what others did is undone from the list, with open eyes. */
  async undoLast() {
    try {
      const { operations } = await getJson(this.#urls.operations);
      const last = operations.find(
        ({ undone, person }) => !undone && person?.id === this.#urls.person.id,
      );
      if (last) await this.undo(last.id);
      else toast(gettext("Nothing to undo."));
    } catch (error) {
      complain(error);
    }
  }

  async #list() {
    let operations = [];
    try {
      ({ operations } = await getJson(this.#urls.operations));
    } catch (error) {
      complain(error);
    }
    this.#menu.querySelector("[data-no-operations]").hidden = operations.length > 0;
    this.#menu
      .querySelector("[data-operations]")
      .replaceChildren(...operations.map(operationNode));
  }
}

function operationNode({ id, text, person, created_at, undone }) {
  const node = element("li", { className: "operation" });
  const words = element("p");
  words.append(element("span", { text }), element("br"));
  const about = element("span", { className: "soft small" });
  about.append(person ? `${person.name} · ` : "", timeNode(created_at));
  words.append(about);
  node.append(words);
  if (undone)
    node.append(element("span", { className: "soft", text: gettext("Undone") }));
  else {
    const button = element("button", {
      className: "button button-small",
      type: "button",
    });
    button.textContent = gettext("Undo");
    button.ariaLabel = fill(gettext("Undo: %(what)s"), { what: text });
    button.dataset.undo = id;
    node.append(button);
  }
  return node;
}

export function complain(error) {
  const lost = gettext("The connection was lost. Try again in a moment.");
  const words = error.code === "lost" ? lost : error.message;
  toast(words || gettext("That did not work. Try again in a moment."));
}
