const TYPING_MS = 250;
const NAMES = ["filter", "sort", "q"];

/** Which segments are listed, and in what order; the address says it, too. */
export class Filters {
  #form;
  #hooks;
  #timer = null;
  #filter = "all";
  #isCounted = false;

  /** hooks: {onChange(values), onLeave()} */
  constructor(form, hooks) {
    this.#form = form;
    this.#hooks = hooks;
    this.#read(new URLSearchParams(location.search));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changed();
      hooks.onLeave();
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[aria-pressed]");
      if (button) this.choose(button.value);
    });
    form.elements.filter.addEventListener("change", ({ target }) => {
      this.choose(target.value || "all");
    });
    form.elements.sort.addEventListener("change", () => this.#changed());
    form.elements.q.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#changed(), TYPING_MS);
    });
  }

  get values() {
    const { sort, q } = this.#form.elements;
    return {
      filter: this.#filter,
      sort: sort.checked ? "confidence" : "position",
      q: q.value.trim(),
    };
  }

  get isAll() {
    const { filter, q } = this.values;
    return filter === "all" && !q;
  }

  choose(filter) {
    this.#filter = filter;
    this.#draw();
    this.#changed();
  }

  showAll() {
    this.#form.elements.q.value = "";
    this.choose("all");
  }

  focusSearch() {
    this.#form.elements.q.select();
  }

  counts(counts) {
    for (const place of this.#form.querySelectorAll("[data-count]")) {
      const count = counts[place.dataset.count] ?? 0;
      place.textContent = count.toLocaleString();
    }
    // The first counts make the buttons wider.
    if (!this.#isCounted) this.#reveal();
    this.#isCounted = true;
  }

  #read(query) {
    const { sort, q } = this.#form.elements;
    this.#filter = query.get("filter") || "all";
    sort.checked = query.get("sort") === "confidence";
    q.value = query.get("q") ?? "";
    this.#draw();
  }

  #draw() {
    let isButton = false;
    for (const button of this.#form.querySelectorAll("[aria-pressed]")) {
      const isChosen = button.value === this.#filter;
      button.ariaPressed = String(isChosen);
      isButton ||= isChosen;
    }
    this.#form.elements.filter.value = isButton ? "" : this.#filter;
    this.#reveal();
  }

  /** On a phone the chosen one may lie behind the edge. */
  #reveal() {
    const chosen =
      this.#form.querySelector("[aria-pressed=true]") ?? this.#form.elements.filter;
    chosen.scrollIntoView({ block: "nearest", inline: "center" });
  }

  #changed() {
    clearTimeout(this.#timer);
    const { values } = this;
    const plain = { filter: "all", sort: "position", q: "" };
    const query = new URLSearchParams();
    for (const name of NAMES) {
      if (values[name] !== plain[name]) query.set(name, values[name]);
    }
    history.replaceState(
      null,
      "",
      `${location.pathname}${query.size ? `?${query}` : ""}`,
    );
    this.#hooks.onChange(values);
  }
}
