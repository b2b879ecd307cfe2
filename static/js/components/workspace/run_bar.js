import { postJson } from "../../lib/http.js";
import { toast } from "../toast.js";
import { fill, percent, segmentsWord, timeLeft } from "./words.js";

const PARTS = ["reviewed", "edited", "pretranslated"];

/** How far the document is, and the machine translation that goes on in it. */
export class RunBar {
  #element;
  #config;
  #run;
  #counts = {};
  #announcer;

  constructor(root, config, announcer) {
    this.#element = root;
    this.#config = config;
    this.#run = config.run;
    this.#announcer = announcer;
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-run-action]");
      if (button) this.act(button.dataset.runAction);
    });
  }

  counts(counts) {
    this.#counts = counts;
    this.#draw();
  }

  progress(run) {
    const before = this.#run;
    this.#run = run;
    if (run && before && run.state !== before.state) this.#announcer.say(this.#words());
    this.#draw();
  }

  /** start (some segments, or all that are empty), pause, resume, cancel, retry */
  async act(action, segments = null) {
    const { run_start, run } = this.#config;
    const url = action === "start" ? run_start : `${run}${action}/`;
    const body = segments ? { segments, again: true } : {};
    try {
      const answer = await postJson(url, action === "start" ? body : {});
      this.progress(answer.run);
    } catch (error) {
      toast(error.message || gettext("That did not work. Try again in a moment."));
    }
  }

  #find(selector) {
    return this.#element.querySelector(selector);
  }

  #draw() {
    const { all = 0 } = this.#counts;
    const share = (name) => (all ? (this.#counts[name] ?? 0) / all : 0);
    for (const part of PARTS) {
      const node = this.#find(`[data-part=${part}]`);
      node.style.width = `${100 * share(part)}%`;
      node.hidden = !share(part); // or the gap beside it shows as a sliver
    }
    const done = PARTS.reduce((sum, part) => sum + share(part), 0);
    const bar = this.#find("[data-run-bar]");
    bar.ariaValueNow = String(Math.floor(100 * done));
    bar.ariaValueText = this.#parts();
    bar.title = this.#parts();
    this.#find("[data-run-words]").textContent = this.#words(done);
    this.#buttons();
  }

  #parts() {
    const { reviewed = 0, edited = 0, pretranslated = 0, empty = 0 } = this.#counts;
    return fill(
      gettext(
        "%(reviewed)s reviewed, %(edited)s edited, %(machine)s by a machine, %(empty)s empty",
      ),
      { reviewed, edited, machine: pretranslated, empty },
    );
  }

  #words(done = 0) {
    const run = this.#run;
    const share = percent(Math.floor(100 * done) / 100);
    if (run?.state === "running") {
      const rate = fill(gettext("%(rate)s segments a second"), {
        rate: run.rate.toLocaleString(undefined, { maximumFractionDigits: 1 }),
      });
      const left = run.seconds_left === null ? "" : timeLeft(run.seconds_left);
      const place = `${run.done.toLocaleString()} / ${run.total.toLocaleString()}`;
      return [share, place, run.rate ? rate : gettext("Beginning"), left]
        .filter(Boolean)
        .join(" · ");
    }
    if (run?.state === "paused") {
      return `${share} · ${run.message || gettext("Machine translation is paused")}`;
    }
    return share;
  }

  #buttons() {
    const may = this.#config.may.includes("translate");
    const state = this.#run?.state ?? "done";
    const isOpen = state === "running" || state === "paused";
    const { failed = 0, empty = 0 } = this.#counts;
    const shown = {
      start: may && !isOpen && empty > failed,
      resume: may && state === "paused",
      pause: may && state === "running",
      cancel: may && isOpen,
      retry: may && !isOpen && failed > 0,
    };
    for (const [action, isShown] of Object.entries(shown)) {
      this.#find(`[data-run-action=${action}]`).hidden = !isShown;
    }
    this.#find("[data-run-retry-words]").textContent = fill(
      gettext("Retry %(segments)s"),
      { segments: segmentsWord(failed) },
    );
  }
}
