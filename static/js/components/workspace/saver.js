import { keep, kept } from "../../lib/kept.js";

/**
 * Brings what people wrote to the server, each segment's edits one after the other. What
 * cannot be sent now outlives a reload of this tab, and goes when the connection is back.
 * Fires "change" with the segment's id, and "saved" with what is stored by that; `conflicts` hold what two people changed at once.
 */
export class Saver extends EventTarget {
  conflicts = new Map(); // id: {base, mine, theirs, version, person}
  #socket;
  #store;
  #name;
  #waiting; // id: {version, target, origin, base}
  #chains = new Map();

  constructor(socket, store, name) {
    super();
    this.#socket = socket;
    this.#store = store;
    this.#name = name;
    this.#waiting = new Map(kept(name) ?? []);
  }

  /** The text that is not on the server yet. */
  unsaved(id) {
    return this.#waiting.get(id)?.target;
  }

  /** What the open row goes on from. */
  edit(id) {
    return this.#waiting.get(id);
  }

  get size() {
    return this.#waiting.size;
  }

  /** Keeps a text that is being typed, without sending it. */
  remember(id, edit) {
    this.#waiting.set(id, edit);
    this.#keep();
  }

  /** It reads again as it is stored. */
  forget(id) {
    const hadConflict = this.conflicts.delete(id);
    if (this.#waiting.delete(id) || hadConflict) this.#changed(id);
  }

  /** Resolves with whether it is stored; rejects with the server's refusal. */
  async save(id, edit) {
    this.remember(id, edit);
    this.#changed(id);
    return this.#inOrder(id, () => this.#send(id));
  }

  /** Sends a frame about the segment's newest version, after what is on its way. */
  ask(id, frame) {
    return this.#inOrder(id, async () => {
      const { version } = this.#store.row(id);
      const { row } = await this.#socket.request({ ...frame, segment: id, version });
      if (row) this.#store.applyOwn(row);
      return row;
    });
  }

  /** All that waited for a connection. */
  async deliver(but = null) {
    for (const id of this.#waiting.keys()) {
      if (id !== but) await this.#inOrder(id, () => this.#send(id)).catch(() => {});
    }
  }

  async #send(id) {
    const edit = this.#waiting.get(id);
    if (!edit) return true;
    const { version, target, origin } = edit;
    const frame = { type: "edit", segment: id, version, target, origin };
    try {
      const { row } = await this.#socket.request(frame);
      // Typed on meanwhile: that is another edit, of this version.
      if (this.#waiting.get(id) === edit) this.#waiting.delete(id);
      else this.#waiting.get(id).version = row.version;
      this.conflicts.delete(id);
      const detail = { id, base: target, version: row.version };
      this.dispatchEvent(new CustomEvent("saved", { detail }));
      this.#store.applyOwn(row);
      return true;
    } catch (error) {
      return this.#refused(id, edit, error);
    } finally {
      this.#changed(id);
    }
  }

  #refused(id, edit, error) {
    if (error.code === "lost") return false;
    if (error.code !== "conflict") throw error;
    const { conflict } = error.frame;
    if (conflict.theirs === edit.target) {
      this.#waiting.delete(id);
      return true;
    }
    this.conflicts.set(id, { ...conflict, mine: edit.target });
    return false;
  }

  #inOrder(id, work) {
    const before = this.#chains.get(id) ?? Promise.resolve();
    const next = before.catch(() => {}).then(work);
    this.#chains.set(id, next);
    const forget = () => this.#chains.get(id) === next && this.#chains.delete(id);
    next.then(forget, forget);
    return next;
  }

  #changed(id) {
    this.#keep();
    this.dispatchEvent(new CustomEvent("change", { detail: id }));
  }

  #keep() {
    keep(this.#name, this.#waiting.size ? [...this.#waiting] : null);
  }
}
