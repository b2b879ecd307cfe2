import { getJson, postJson } from "../../lib/http.js";
import { toast } from "../toast.js";
import { complain } from "./operations.js";
import { CommentPanel, historyPanel, mergePanel, rejectPanel } from "./panels.js";

const TO_DO = new Set(["empty", "pretranslated", "rejected"]);

/** What is done with one segment, by a button or its key. */
export class SegmentActions {
  #page;
  #people = null;
  #drafts = new Map(); // of comments, by their segment: a half-written one outlives its panel

  /** page: {store, saver, socket, config, context, announcer, open, show(id), grid} */
  constructor(page) {
    this.#page = page;
  }

  /** What is typed goes first; resolves with whether the server has it. */
  async #saved(id) {
    const { open, saver } = this.#page;
    if (open?.id !== id || !open.editor.isTouched) return !saver.conflicts.has(id);
    return saver.save(id, open.editor.edit);
  }

  /** Whether it waits for a connection: then the person can go on. */
  #isWaiting(id) {
    const { saver } = this.#page;
    return saver.unsaved(id) !== undefined && !saver.conflicts.has(id);
  }

  async #try(work) {
    try {
      return await work();
    } catch (error) {
      complain(error);
      return null;
    }
  }

  async accept(id) {
    const { store, saver, open } = this.#page;
    const text = open?.id === id ? open.editor.text : store.row(id)?.target;
    if (!text) {
      toast(gettext("There is no translation yet."));
      return;
    }
    const isDone = await this.#try(async () => {
      if (!(await this.#saved(id))) return this.#isWaiting(id);
      const { state, target, version } = store.row(id);
      if (state === "pretranslated") await saver.ask(id, { type: "accept" });
      else if (state === "rejected" || state === "empty") {
        return saver.save(id, { version, target, origin: "person", base: target });
      }
      return true;
    });
    if (isDone) await this.next(id);
  }

  async approve(id) {
    const { saver } = this.#page;
    const isDone = await this.#try(async () => {
      if (!(await this.#saved(id))) return false;
      return saver.ask(id, { type: "approve" });
    });
    if (isDone) await this.#go(id, ({ state }) => state === "edited", "review");
  }

  reject(id) {
    this.#panel(id, "reject", () =>
      rejectPanel(async (reason) => {
        const frame = { type: "reject", reason };
        const row = await this.#try(() => this.#page.saver.ask(id, frame));
        if (row) this.#page.open?.help.closePanel();
      }),
    );
  }

  /** Also where a machine was before; what a person wrote stays. */
  translate(id) {
    return this.#page.run.act("start", [id]);
  }

  copy(id) {
    const { open, store } = this.#page;
    if (open?.id === id) open.editor.replace(store.row(id).source, "source");
  }

  async comment(id) {
    const { socket, config, open: row } = this.#page;
    if (row?.id === id && !row.help.detail) await row.load();
    this.#panel(id, "comment", () => {
      const { open } = this.#page;
      const panel = new CommentPanel(
        open.help.detail?.comments ?? [],
        this.#people ?? [],
        {
          mayWrite: config.may.includes("translate"),
          draft: this.#drafts.get(id) ?? "",
          onDraft: (text) =>
            text ? this.#drafts.set(id, text) : this.#drafts.delete(id),
          onComment: (text) =>
            this.#try(() => socket.request({ type: "comment", segment: id, text })),
          onResolve: (comment) =>
            this.#try(() => socket.request({ type: "resolve", comment })),
        },
      );
      open.comments = panel;
      this.#readPeople().then((people) => panel.know(people));
      return panel.element;
    });
  }

  async #readPeople() {
    if (this.#people) return this.#people;
    const answer = await getJson(this.#page.config.people).catch(() => ({ people: [] }));
    this.#people = answer.people;
    return this.#people;
  }

  async history(id) {
    const { open, config, context, store } = this.#page;
    if (open?.id !== id) return;
    if (open.help.panel?.name !== "history") await open.load();
    if (!open.help.detail) return;
    this.#panel(id, "history", () =>
      historyPanel(open.help.detail, store.row(id), {
        speech: context.target,
        mayWrite: config.may.includes("translate"),
        onRestore: (number) => this.#restore(id, number),
      }),
    );
  }

  async #restore(id, number) {
    const { saver, open } = this.#page;
    saver.forget(id);
    open?.editor.reset();
    const row = await this.#try(() => saver.ask(id, { type: "restore", number }));
    if (row) open?.help.closePanel();
  }

  /** Both changed it: shown until a person decided. */
  conflict(id) {
    const { open, saver, context } = this.#page;
    const conflict = saver.conflicts.get(id);
    if (open?.id !== id || !conflict) return;
    const panel = mergePanel(conflict, context.target, (text) => this.#settle(id, text));
    open.help.openPanel("conflict", panel);
  }

  #settle(id, text) {
    const { open, saver } = this.#page;
    const { theirs, version } = saver.conflicts.get(id);
    open.editor.rebase({ base: theirs, version });
    open.editor.replace(text);
    open.help.closePanel();
    saver.forget(id);
    if (open.editor.isTouched) this.#try(() => saver.save(id, open.editor.edit));
  }

  /** Of the three sides the key chooses. */
  settleBy(number) {
    const { help } = this.#page.open;
    const buttons = help.panel.element.querySelectorAll("[data-merge]");
    if (!buttons[number]?.hidden) buttons[number]?.click();
  }

  async alternatives(id) {
    const { socket, open } = this.#page;
    open?.help.wait(gettext("Looking for alternatives"));
    const frame = { type: "alternatives", segment: id };
    if (!(await this.#try(() => socket.request(frame)))) open?.help.wait("");
  }

  dismiss(id, { id: check, dismissed }) {
    const { socket, store } = this.#page;
    return this.#try(async () => {
      const frame = { type: "dismiss", segment: id, check, on: !dismissed };
      const { row } = await socket.request(frame);
      if (row) store.applyOwn(row);
    });
  }

  async merge(id) {
    const { config, store } = this.#page;
    await this.#try(async () => {
      if (!(await this.#saved(id))) return;
      await postJson(config.merge, { segment: id, version: store.row(id).version });
    });
  }

  // Going on

  /** The next that is to be done, of those listed. */
  next(id) {
    return this.#go(id, ({ state }) => TO_DO.has(state), "unfinished");
  }

  /** One that nobody else has; it is held for this person. */
  async free(id) {
    const { socket } = this.#page;
    const ok = await this.#try(() => socket.request({ type: "next", after: id }));
    if (!ok) return;
    if (ok.segment === null) toast(gettext("Nothing free is left to do."));
    else await this.#page.show(ok.segment);
  }

  async #go(id, isNext, filter) {
    const { store } = this.#page;
    const later = store.ids.slice(store.indexOf(id) + 1);
    const unknown = later.findIndex((one) => !store.row(one));
    const known = unknown < 0 ? later : later.slice(0, unknown);
    let next = known.find((one) => isNext(store.row(one)));
    if (next === undefined && unknown >= 0) {
      const wanted = new Set(await store.idsOf(filter).catch(() => []));
      next = later.slice(unknown).find((one) => wanted.has(one));
    }
    if (next !== undefined) await this.#page.show(next);
    else {
      this.#page.leave();
      toast(gettext("That was the last one here."));
    }
  }

  #panel(id, name, make) {
    const { open } = this.#page;
    if (open?.id !== id) return;
    open.help.togglePanel(name, make);
    if (!open.help.panel) open.editor.focus();
  }
}
