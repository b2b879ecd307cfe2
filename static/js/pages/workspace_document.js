import { Announcer } from "../components/announcer.js";
import { ConnectionBanner } from "../components/connection.js";
import { watchExports } from "../components/export.js";
import { offerLook, toast } from "../components/toast.js";
import { SegmentActions } from "../components/workspace/actions.js";
import { Commands } from "../components/workspace/commands.js";
import { Filters } from "../components/workspace/filters.js";
import { Grid } from "../components/workspace/grid.js";
import { OpenRow } from "../components/workspace/open_row.js";
import { complain, Operations } from "../components/workspace/operations.js";
import { People } from "../components/workspace/people.js";
import { ReplaceDialog } from "../components/workspace/replace_dialog.js";
import { rowContext } from "../components/workspace/row_context.js";
import { RunBar } from "../components/workspace/run_bar.js";
import { Saver } from "../components/workspace/saver.js";
import { Selection } from "../components/workspace/selection.js";
import { SplitDialog } from "../components/workspace/split_dialog.js";
import { SegmentStore } from "../components/workspace/store.js";
import { LiveTexts } from "../lib/live_texts.js";
import { Socket } from "../lib/socket.js";

const VIEW_MS = 120; // scrolling tells what is seen at most this often

/** Wires the parts of the page to the socket. */
class DocumentPage {
  config = JSON.parse(document.getElementById("workspace-config").textContent);
  open = null;
  #root = document.getElementById("workspace");
  #live = new LiveTexts();
  #viewTimer = null;
  #seen = [];
  #told = "";
  #asked = null; // the row to be opened

  constructor() {
    const { config } = this;
    const find = (selector) => this.#root.querySelector(selector);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new Socket(`${scheme}//${location.host}${config.socket}`);
    this.announcer = new Announcer(find("[data-announcer]"));
    this.store = new SegmentStore(config);
    const drafts = `edits:${config.person.id}:${config.socket}`;
    this.saver = new Saver(this.socket, this.store, drafts);
    this.people = new People(find(".people"), config.person, (id) => this.show(id));
    this.run = new RunBar(find("[data-run]"), config, this.announcer);
    this.operations = new Operations(document.getElementById("operations"), config);
    this.filters = new Filters(find("[data-filters]"), {
      onChange: () => this.#reload(),
      onLeave: () => this.commands.focusBack(),
    });
    this.selection = new Selection(find("[data-bulk]"), this.store, {
      onChange: () => this.grid.draw(),
      onAct: (action, ids) => this.commands.bulk(action, ids),
    });
    this.context = rowContext(this, this.#live);
    this.grid = new Grid(find("[data-grid]"), this.store, this.context);
    this.actions = new SegmentActions(this);
    this.commands = new Commands(this.#root, this);
    this.replacing = new ReplaceDialog(document.getElementById("replace"), config, {
      selected: () => this.selection.inOrder,
      need: (ids) => this.store.need(ids),
      rowNumber: (id) => this.store.row(id)?.position + 1,
      onDone: (operation) => this.operations.done(operation),
      onClose: () => this.commands.focusBack(),
    });
    this.splitting = new SplitDialog(document.getElementById("split"), config);
    const { loginUrl } = this.#root.dataset;
    new ConnectionBanner(find("[data-offline]"), this.socket, loginUrl);
    watchExports({ onShow: (id) => this.show(id) });
    this.#listen();
    this.socket.connect();
    this.#begin();
  }

  #listen() {
    const { socket, store, saver, grid } = this;
    socket.addEventListener("hello", ({ detail }) => this.#hello(detail));
    socket.addEventListener("frame", ({ detail }) => this.#frame(detail));
    store.addEventListener("index", () => this.#indexed());
    store.addEventListener("rows", ({ detail }) => this.#rowsChanged(detail));
    store.addEventListener("counts", () => this.#counted());
    saver.addEventListener("change", ({ detail }) => this.#savedOrNot(detail));
    saver.addEventListener("saved", ({ detail }) => {
      // Who typed on meanwhile goes on from what is stored now.
      if (this.open?.id === detail.id) this.open.editor.rebase(detail);
    });
    grid.addEventListener("view", ({ detail }) => this.#view(detail));
    this.#root.addEventListener("click", ({ target }) => {
      if (target.closest("[data-show-all]")) this.filters.showAll();
    });
    addEventListener("pageshow", () => socket.check());
    addEventListener("pagehide", () => this.#keepOpen());
    addEventListener("beforeunload", (event) => {
      if (saver.size && socket.status !== "open") event.preventDefault();
    });
  }

  // The list

  async #begin() {
    const asked = Number(location.hash.match(/^#s(\d+)$/)?.[1]);
    await this.#reload();
    if (asked) await this.show(asked);
  }

  async #reload() {
    this.context.query = this.filters.values.q;
    try {
      await this.store.load(this.filters.values);
    } catch (error) {
      complain(error);
    }
  }

  #indexed() {
    if (this.open && this.store.indexOf(this.open.id) < 0) this.leave();
    this.grid.setIds(this.store.ids);
    const isEmpty = !this.store.ids.length;
    const place = this.#root.querySelector("[data-grid-empty]");
    place.hidden = !isEmpty;
    this.#root.querySelector("[data-grid]").hidden = isEmpty;
    place.querySelector("[data-show-all]").hidden = this.filters.isAll;
    place.querySelector("[data-grid-empty-words]").textContent = this.filters.isAll
      ? gettext("This document has no text to translate.")
      : gettext("No segment is like that.");
  }

  #counted() {
    this.filters.counts(this.store.counts);
    this.run.counts(this.store.counts);
  }

  #rowsChanged(ids) {
    for (const id of ids) {
      if (this.store.row(id).machine !== "running") this.#live.drop(id);
    }
    if (this.open && ids.includes(this.open.id)) this.open.changed();
    this.grid.draw();
  }

  /** Rows near the window are read; the server hears what is seen. */
  #view(ids) {
    this.#seen = ids;
    if (this.#viewTimer) return;
    this.#viewTimer = setTimeout(() => {
      this.#viewTimer = null;
      this.store.need(this.#seen).catch(() => {});
      this.#tellView();
    }, VIEW_MS);
  }

  #tellView() {
    const segments = this.#seen.slice(0, 500);
    const key = segments.join();
    if (key === this.#told || this.socket.status !== "open") return;
    this.#told = key;
    this.socket.request({ type: "view", segments }).catch(() => {
      this.#told = "";
    });
  }

  // The socket

  async #hello({ change }) {
    this.#told = "";
    this.#live.clear();
    this.#tellView();
    if (this.open) this.open.hold();
    this.saver.deliver(this.open?.id);
    const isComplete = await this.store.catchUp(change).catch(() => false);
    if (!isComplete) this.#readAgain();
  }

  async #readAgain() {
    this.store.forget();
    await this.#reload();
    this.store.need(this.#seen).catch(() => {});
  }

  #frame(frame) {
    const { type } = frame;
    if (type === "rows") this.store.apply(frame.rows, frame.change);
    else if (type === "deltas") this.#deltas(frame.deltas);
    else if (type === "progress") this.#progress(frame);
    else if (type === "presence") this.#presence(frame);
    else if (type === "structure" || type === "reload") this.#restructured();
    else if (type === "error") toast(frame.message);
    else if (type === "mention") this.#mentioned();
    else if (frame.segment === this.open?.id) this.#ofOpen(frame);
  }

  #mentioned() {
    const words = gettext("Somebody mentioned you in a comment.");
    offerLook(words, () => location.assign(this.config.mentions));
  }

  #deltas(deltas) {
    const ids = this.#live.take(deltas);
    if (this.open && ids.includes(this.open.id)) {
      this.open.live(this.#live.get(this.open.id));
    }
    this.grid.draw();
  }

  #progress({ run, counts }) {
    this.store.setCounts(counts);
    this.run.progress(run);
  }

  #presence(frame) {
    this.people.presence(frame);
    this.open?.heldBy(this.people.holder(this.open.id));
    this.grid.draw();
  }

  async #restructured() {
    const open = this.open?.id;
    const isCommenting = this.open?.help.panel?.name === "comment";
    if (open && !this.open.editor.isTouched) this.leave();
    await this.#readAgain();
    if (!open || this.store.indexOf(open) < 0) return;
    await this.show(open);
    if (isCommenting && this.open?.help.panel?.name !== "comment") {
      await this.actions.comment(open);
    }
  }

  #ofOpen(frame) {
    const { editor, help } = this.open;
    if (frame.type === "completion") editor.answer(frame);
    else if (frame.type === "comments") {
      if (help.detail) help.detail.comments = frame.comments;
      if (help.panel?.name === "comment") this.open.comments.show(frame.comments);
    } else if (frame.type === "alternatives") {
      help.wait("");
      const count = help.suggestions.addAlternatives(frame.texts);
      if (!count) toast(frame.error || gettext("The model has no other translation."));
    }
    this.grid.draw();
  }

  #savedOrNot(id) {
    if (this.saver.conflicts.has(id)) {
      if (this.open?.id === id) this.actions.conflict(id);
      else {
        const words = gettext("A segment was changed by somebody else, too.");
        offerLook(words, () => this.show(id));
      }
    }
    this.grid.draw();
  }

  // The open row

  /** Opens the row in its place; what was open is saved. */
  async show(id) {
    if (this.open?.id === id) return this.open.editor.focus();
    if (this.store.indexOf(id) < 0) {
      this.filters.showAll();
      await this.#reload();
    }
    this.#asked = id;
    await this.store.need([id]).catch(() => {});
    // Whoever goes on fast wants the last one only.
    if (this.#asked !== id || !this.store.row(id) || this.store.indexOf(id) < 0) return;
    this.#save();
    this.grid.reveal(id);
    this.grid.keep(id, () => this.#swap(id));
    this.grid.reveal(id);
    this.open.editor.focus();
    history.replaceState(null, "", `${location.pathname}${location.search}#s${id}`);
    this.open.hold();
    if (this.saver.conflicts.has(id)) this.actions.conflict(id);
  }

  #swap(id) {
    this.open?.close();
    this.grid.open = id;
    this.open = new OpenRow(id, this.grid.view(id), this, {
      onDismiss: (finding) => this.actions.dismiss(id, finding),
    });
  }

  leave() {
    if (!this.open) return;
    const { id } = this.open;
    this.#save();
    this.grid.keep(id, () => {
      this.open.close();
      this.open = null;
      this.grid.open = null;
    });
    this.grid.focus(id);
    this.socket.request({ type: "focus", segment: null }).catch(() => {});
    history.replaceState(null, "", location.pathname + location.search);
  }

  #save() {
    if (!this.open) return;
    const { id, editor } = this.open;
    if (this.saver.conflicts.has(id)) return;
    if (editor.isTouched) this.saver.save(id, editor.edit).catch(complain);
    else this.saver.forget(id);
  }

  /** A closed tab keeps what is typed, and sends it when it comes back. */
  #keepOpen() {
    if (this.open?.editor.isTouched) {
      this.saver.remember(this.open.id, this.open.editor.edit);
    }
  }
}

new DocumentPage();
