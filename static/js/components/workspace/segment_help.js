import { Suggestions } from "./suggestions.js";
import { copyOf, element, fill, iconNode, percent } from "./words.js";

const STATUS = {
  applied: () => gettext("applied"),
  inflected: () => gettext("inflected"),
  missed: () => gettext("missed"),
  forbidden: () => gettext("forbidden word used"),
  open: () => gettext("not agreed yet"),
};

/** What stands under the open row: actions, checks, terms, suggestions, a panel. */
export class SegmentHelp {
  element = copyOf("segment-help");
  suggestions;
  detail = null;
  panel = null; // {name, element, close?}
  #terms = [];
  #hooks;

  /** hooks: those of Suggestions, and onTerm(text), onDismiss(finding), may */
  constructor(row, hooks) {
    this.#hooks = hooks;
    this.suggestions = new Suggestions(this.find("[data-suggestions]"), row, hooks);
    this.find("[data-action=approve]").hidden = !hooks.may.includes("review");
    this.find("[data-action=reject]").hidden = !hooks.may.includes("review");
    this.find("[data-more]").hidden = !hooks.may.includes("translate");
    this.find("[data-more]").addEventListener("focusout", ({ relatedTarget }) => {
      const more = this.find("[data-more]");
      if (!more.contains(relatedTarget)) more.open = false;
    });
    if (!hooks.may.includes("translate")) {
      for (const button of this.element.querySelectorAll(".help-actions button")) {
        button.hidden = !["history", "comment", "next"].includes(button.dataset.action);
      }
    }
    this.element.addEventListener("click", (event) => this.#click(event.target));
    this.row(row);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  /** What the row itself says. */
  row(row) {
    this.find("[data-comment-count]").textContent = row.comments || "";
    this.find("[data-action=merge]").disabled = Boolean(row.plural);
    this.find("[data-action=split]").disabled = Boolean(row.plural);
    this.#about(row);
  }

  #about({ notes, location, max_length, rejection, error, confidence }) {
    const parts = [
      rejection && fill(gettext("Rejected: %(reason)s"), { reason: rejection }),
      error && fill(gettext("The machine failed: %(reason)s"), { reason: error }),
      notes,
      max_length && fill(gettext("At most %(count)s characters"), { count: max_length }),
      confidence !== null &&
        fill(gettext("Model’s certainty: %(percent)s"), { percent: percent(confidence) }),
      location,
    ];
    const about = this.find("[data-about]");
    about.textContent = parts.filter(Boolean).join(" · ");
    about.hidden = !about.textContent;
  }

  /** What the server knows of it: null where that could not be read. */
  show(detail, row) {
    this.wait("");
    if (!detail) return;
    this.detail = detail;
    this.suggestions.show(detail, row);
    this.terms(detail.terms);
    if (!this.suggestions.items.length) {
      this.wait(gettext("No suggestions: nothing like it is in the memory."));
    }
  }

  /** What is still to come; empty: nothing. */
  wait(words) {
    const wait = this.find("[data-help-wait]");
    wait.textContent = words;
    wait.hidden = !words;
  }

  findings(findings) {
    const list = this.find("[data-findings]");
    list.replaceChildren(...findings.map((finding) => this.#finding(finding)));
    list.hidden = !findings.length;
    const errors = findings.some(({ severity }) => severity === "error");
    const approve = this.find("[data-action=approve]");
    approve.disabled = errors;
    approve.title = errors ? gettext("Correct the errors first.") : "";
  }

  #finding(finding) {
    const { severity, message, dismissed } = finding;
    const node = element("li", { className: `finding finding-${severity}` });
    const kind = severity === "error" ? gettext("Error") : gettext("Warning");
    node.append(iconNode(severity), element("strong", { text: kind }), ` ${message} `);
    node.classList.toggle("is-dismissed", dismissed);
    if (severity === "warning" && this.#hooks.may.includes("translate")) {
      const button = element("button", { className: "link-button", type: "button" });
      button.textContent = dismissed ? gettext("Bring back") : gettext("Set aside");
      button.addEventListener("click", () => this.#hooks.onDismiss(finding));
      node.append(button);
    }
    return node;
  }

  terms(terms) {
    this.#terms = terms;
    const line = this.find("[data-terms]");
    line.hidden = !terms.length;
    const label = element("span", { className: "soft", text: gettext("Terms") });
    line.replaceChildren(label, ...terms.map((term) => this.#term(term)));
  }

  #term({ text, targets, forbidden, is_untranslatable, explanation, status }) {
    const [best] = is_untranslatable ? [text] : targets;
    const tag = best && status !== "applied" ? "button" : "span";
    const node = element(tag, { className: `term term-${status}` });
    if (tag === "button") {
      node.type = "button";
      node.dataset.term = best;
    }
    const others = targets.slice(1).join(", ");
    const never = forbidden.length
      ? fill(gettext("never: %(words)s"), { words: forbidden.join(", ") })
      : "";
    node.title = [explanation, others, never].filter(Boolean).join(" · ");
    const words = element("span");
    words.append(element("bdi", { text }), " → ", element("bdi", { text: best ?? "?" }));
    node.append(
      words,
      element("span", { className: "term-status", text: STATUS[status]() }),
    );
    return node;
  }

  /** The best word for the first term that the text does not have. */
  get missedTerm() {
    const missed = this.#terms.find(({ status }) => status === "missed");
    return missed && (missed.is_untranslatable ? missed.text : missed.targets[0]);
  }

  /** Opens a panel, or closes it if it is this one. */
  togglePanel(name, make) {
    const isSame = this.panel?.name === name;
    this.closePanel();
    if (!isSame) this.openPanel(name, make());
  }

  openPanel(name, panel) {
    this.closePanel();
    this.panel = { name, element: panel };
    const place = this.find("[data-panel]");
    place.replaceChildren(panel);
    place.hidden = false;
    this.find(`[data-action="${name}"]`)?.setAttribute("aria-expanded", "true");
    panel.querySelector("textarea")?.focus();
  }

  /** Returns whether one was open. */
  closePanel() {
    const more = this.find("[data-more]");
    if (more.open) {
      more.open = false;
      return true;
    }
    if (!this.panel) return false;
    this.find(`[data-action="${this.panel.name}"]`)?.setAttribute(
      "aria-expanded",
      "false",
    );
    this.panel = null;
    this.find("[data-panel]").hidden = true;
    this.find("[data-panel]").replaceChildren();
    return true;
  }

  #click(target) {
    if (target.closest("[data-more] [data-action]"))
      this.find("[data-more]").open = false;
    const term = target.closest("[data-term]");
    if (term) this.#hooks.onTerm(term.dataset.term);
    if (target.closest("[data-panel-close]")) {
      this.closePanel();
      this.#hooks.onPanelClosed();
    }
  }
}
