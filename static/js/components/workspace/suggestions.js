import { alignedSpans } from "../../lib/aligned.js";
import { explainedTokens } from "../../lib/explained.js";
import { isolatedNodes, pieceNodes } from "./marked_text.js";
import { element, fill, iconNode, percent } from "./words.js";

const MOST = 9; // as many as there are keys
const ORIGINS = {
  memory: () => gettext("Memory"),
  machine: () => gettext("Machine"),
  alternative: () => gettext("Alternative"),
};

/** What may be inserted, by its number. A machine's words tell how sure they are. */
export class Suggestions {
  items = []; // {origin, text, score, source, tokens}
  #list;
  #row;
  #hooks;
  #shown = null; // the word whose alternatives are shown

  /** hooks: {target, source: as texts are spoken, onInsert(number), onAlign(spans),
      onAlternative(prefix)} */
  constructor(list, row, hooks) {
    this.#list = list;
    this.#row = row;
    this.#hooks = hooks;
    list.addEventListener("pointerover", (event) => this.#look(event.target));
    list.addEventListener("pointerleave", () => this.#look(null));
    list.addEventListener("focusin", (event) => this.#look(event.target));
    list.addEventListener("focusout", ({ relatedTarget }) => {
      if (!list.contains(relatedTarget)) this.#look(null);
    });
    list.addEventListener("click", (event) => this.#click(event.target));
  }

  /** From what the server knows of the segment. */
  show({ memory, explanation }, row) {
    this.#row = row;
    const exact = memory.filter(({ score }) => score >= 100);
    const similar = memory.filter(({ score }) => score < 100);
    const machine = this.#machine(explanation, row);
    this.items = [...exact.map(ofMemory), ...machine, ...similar.map(ofMemory)];
    this.#draw();
  }

  addAlternatives(texts) {
    const known = new Set(this.items.map(({ text }) => text));
    const fresh = texts.filter((text) => !known.has(text));
    const items = fresh.map((text) => ({ origin: "alternative", text }));
    this.items = [
      ...this.items.filter(({ origin }) => origin !== "alternative"),
      ...items,
    ];
    this.#draw();
    return items.length;
  }

  /** What is being written of the row that is open. */
  live(text) {
    const [first] = this.items.filter(({ isLive }) => isLive);
    if (first) first.text = text;
    else this.items.unshift({ origin: "machine", text, isLive: true });
    this.#draw();
  }

  #machine(explanation, { machine_text: text, confidence: score, source }) {
    if (!text) return [];
    const tokens = explainedTokens(explanation, source, text);
    return [
      { origin: "machine", text, score: score === null ? null : 100 * score, tokens },
    ];
  }

  #draw() {
    this.items = this.items.slice(0, MOST);
    this.#list.replaceChildren(
      ...this.items.map((item, number) => this.#node(item, number)),
    );
  }

  #node(item, number) {
    const node = element("li", { className: "suggestion" });
    node.dataset.number = number;
    const key = `Alt ${number + 1}`;
    const insert = element("button", { className: "suggestion-insert", type: "button" });
    insert.title = gettext("Insert");
    insert.ariaLabel = fill(gettext("Insert suggestion %(number)s"), {
      number: number + 1,
    });
    insert.dataset.insert = number;
    insert.append(element("kbd", { text: key }));
    const text = this.#textNode(item);
    node.append(insert, text, this.#origin(item));
    if (item.origin === "memory" && item.source !== this.#row.source) {
      node.append(this.#difference(item));
    }
    return node;
  }

  #textNode({ text, tokens = [], isLive = false }) {
    const node = element("span", { className: "suggestion-text" });
    node.lang = this.#hooks.target.language;
    node.dir = this.#hooks.target.direction;
    node.classList.toggle("is-live", isLive);
    const marks = tokens.map(({ start, end }, kind) => ({ start, end, kind }));
    const make = (piece) => pieceNode(piece, tokens);
    node.append(...isolatedNodes(text, { marks, codes: this.#row.codes, make }));
    return node;
  }

  #origin({ origin, score = null, is_repaired, detail }) {
    const node = element("span", { className: "suggestion-origin" });
    const sure = score === null ? "" : ` ${percent(Math.min(score, 100) / 100)}`;
    const repaired = is_repaired ? `, ${gettext("repaired")}` : "";
    node.append(
      iconNode(origin),
      element("span", { text: `${ORIGINS[origin]()}${sure}${repaired}` }),
    );
    node.title =
      score === 101 ? gettext("The same between the same neighbours") : (detail ?? "");
    return node;
  }

  #difference({ difference }) {
    const { language, direction } = this.#hooks.source;
    const node = element("span", { className: "suggestion-difference diff" });
    node.lang = language;
    node.dir = direction;
    node.append(...pieceNodes(difference));
    return node;
  }

  // Looking at a token

  #tokenOf(node) {
    const place = node?.closest?.("[data-token]");
    const item = place && this.items[place.closest("[data-number]").dataset.number];
    return item ? { token: item.tokens[place.dataset.token], place, item } : null;
  }

  #look(node) {
    if (node?.closest?.(".alternatives")) return;
    const found = this.#tokenOf(node);
    if (found && found.place === this.#shown) return;
    this.#list.querySelector(".alternatives")?.remove();
    this.#shown = found?.place ?? null;
    this.#hooks.onAlign(found ? this.#sources(found) : []);
    if (found) found.place.closest("[data-number]").append(this.#alternatives(found));
  }

  #sources({ place, item }) {
    return alignedSpans(item.tokens, Number(place.dataset.token), this.#row.source);
  }

  #alternatives({ token, item }) {
    const box = element("span", { className: "alternatives" });
    const own = token.probability === null ? "" : percent(token.probability);
    box.append(
      element("span", { className: "soft", text: `${token.text.trim()} ${own}` }),
    );
    for (const [text, probability] of token.alternatives) {
      if (text === token.text) continue;
      const button = element("button", { className: "alternative", type: "button" });
      button.dataset.prefix = item.text.slice(0, token.before) + text;
      button.append(
        element("span", { text: text.trim() || gettext("end") }),
        element("span", { className: "soft", text: percent(probability) }),
      );
      box.append(button);
    }
    return box;
  }

  #click(target) {
    const insert = target.closest("[data-insert]");
    const alternative = target.closest("[data-prefix]");
    if (alternative) this.#hooks.onAlternative(alternative.dataset.prefix);
    else if (insert) this.#hooks.onInsert(Number(insert.dataset.insert));
  }
}

function ofMemory(match) {
  return { ...match, text: match.target, origin: "memory", detail: match.origin };
}

function pieceNode({ text, kinds: [number] }, tokens) {
  if (number === undefined) return document.createTextNode(text);
  return tokenNode(tokens[number], number, text);
}

function tokenNode(token, number, text) {
  const node = element("span", { className: "token", text });
  node.dataset.token = number;
  if (token.doubt) node.classList.add(`doubt-${token.doubt}`);
  // Only where there is something to be seen: not every word is a stop for the keyboard.
  if (token.doubt) {
    node.tabIndex = 0;
    node.role = "button";
    node.title = gettext("Other words");
  }
  return node;
}
