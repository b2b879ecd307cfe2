import { getJson } from "../../lib/http.js";

const BLOCK = 100; // rows of one request

/**
 * The document's segments as far as this page has read them. Fires "index" when the list
 * is another one, "rows" with ids whose rows are news, "counts".
 */
export class SegmentStore extends EventTarget {
  ids = [];
  counts = {};
  total = 0;
  #places = new Map();
  #rows = new Map();
  #changes = new Map(); // of the document, that a row shows
  #pending = new Map(); // of rows that are on their way: the promise of them
  #early = new Map(); // news of them
  #urls;
  #change = 0;
  #loads = 0;

  constructor(urls) {
    super();
    this.#urls = urls;
  }

  row(id) {
    return this.#rows.get(id);
  }

  indexOf(id) {
    return this.#places.get(id) ?? -1;
  }

  /** Which segments there are, and in what order; of two loads the later one counts. */
  async load({ filter, sort, q }) {
    this.#loads += 1;
    const load = this.#loads;
    const query = new URLSearchParams({ filter, sort, q });
    const { ids, counts } = await getJson(`${this.#urls.index}?${query}`);
    if (load !== this.#loads) return;
    this.ids = ids;
    this.#places = new Map(ids.map((id, place) => [id, place]));
    this.setCounts(counts);
    this.dispatchEvent(new Event("index"));
  }

  /** Of another filter, for a look ahead. */
  async idsOf(filter) {
    const query = new URLSearchParams({ filter });
    return (await getJson(`${this.#urls.index}?${query}`)).ids;
  }

  setCounts(counts) {
    const { failed, ...states } = counts;
    this.total = Object.values(states).reduce((sum, count) => sum + count, 0);
    this.counts = {
      ...counts,
      all: this.total,
      unfinished: states.empty + states.pretranslated + states.rejected,
    };
    this.dispatchEvent(new Event("counts"));
  }

  /** Reads what is not here yet; resolves when it is, whoever asked for it first. */
  async need(ids) {
    const missing = ids.filter((id) => !this.#rows.has(id));
    const unasked = missing.filter((id) => !this.#pending.has(id));
    for (let at = 0; at < unasked.length; at += BLOCK) {
      this.#ask(unasked.slice(at, at + BLOCK));
    }
    await Promise.all(new Set(missing.map((id) => this.#pending.get(id))));
  }

  #ask(ids) {
    const reading = this.#fetch(ids).finally(() => {
      for (const id of ids) {
        if (this.#pending.get(id) !== reading) continue; // forgotten, and asked anew
        this.#pending.delete(id);
        this.#early.delete(id);
      }
    });
    for (const id of ids) this.#pending.set(id, reading);
  }

  async #fetch(ids) {
    const { change, rows } = await getJson(`${this.#urls.segments}?ids=${ids}`);
    for (const row of rows) this.#arrive(row, change);
    this.#tell(rows.map(({ id }) => id));
  }

  #arrive(row, change) {
    if (change < this.#changes.get(row.id)) return; // asked before it was forgotten
    this.#rows.set(row.id, row);
    this.#changes.set(row.id, change);
    const early = this.#early.get(row.id);
    if (early) this.#merge(early.row, early.change);
  }

  /** Rows of the socket, as of the document's `change`. */
  apply(rows, change) {
    this.#change = Math.max(this.#change, change);
    const known = [];
    for (const row of rows) {
      if (this.#pending.has(row.id)) this.#early.set(row.id, { row, change });
      if (this.#merge(row, change)) known.push(row.id);
    }
    this.#tell(known);
  }

  /** The answer to something this person did. */
  applyOwn(row) {
    const known = this.#rows.get(row.id);
    if (!known || row.version < known.version) return;
    this.#rows.set(row.id, { ...known, ...row });
    this.#tell([row.id]);
  }

  #merge(row, change) {
    const known = this.#rows.get(row.id);
    if (!known || change < this.#changes.get(row.id) || row.version < known.version) {
      return false;
    }
    this.#rows.set(row.id, { ...known, ...row });
    this.#changes.set(row.id, change);
    return true;
  }

  /** After a connection came back: what was missed. Returns false: read it all again. */
  async catchUp(change) {
    const since = this.#change;
    this.#change = Math.max(since, change);
    if (!since || change <= since) return true;
    const missed = await getJson(`${this.#urls.changes}?since=${since}`);
    if (missed.reload) return false;
    this.apply(missed.rows, missed.change);
    return true;
  }

  /** What is shown has to be read again; it stays on the page until then. */
  forget() {
    this.#rows.clear();
    this.#changes.clear();
    this.#pending.clear();
  }

  #tell(ids) {
    if (ids.length) this.dispatchEvent(new CustomEvent("rows", { detail: ids }));
  }
}
