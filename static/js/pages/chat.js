import { Announcer } from "../components/announcer.js";
import { watchCertainty } from "../components/certainty.js";
import { Composer } from "../components/composer.js";
import { ConnectionBanner } from "../components/connection.js";
import { watchCopy } from "../components/copy.js";
import { watchDeletion } from "../components/deletion.js";
import { editMessage } from "../components/editing.js";
import { Follow } from "../components/follow.js";
import { Log } from "../components/log.js";
import { watchRename } from "../components/rename.js";
import { Requests } from "../components/requests.js";
import { Settings } from "../components/settings.js";
import { Sidelist } from "../components/sidelist.js";
import { toast } from "../components/toast.js";
import { post, readPage } from "../lib/http.js";
import { newKey } from "../lib/key.js";
import { Outbox } from "../lib/outbox.js";
import { fitsFrame, Socket } from "../lib/socket.js";

const ASKED = /\/c\/([^/]+)\/(delete|restore|rename)\/$/;

/** Wires the parts of the page to the socket. */
class ChatPage {
  #root = document.getElementById("chat");
  #conversation = this.#root.dataset.conversation;
  #outbox = new Outbox(`outbox:${this.#root.dataset.person}`);

  constructor() {
    const find = (selector) => this.#root.querySelector(selector);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new Socket(`${scheme}//${location.host}/ws/chat/`);
    this.requests = new Requests(this.socket);
    this.log = new Log(document.getElementById("log"));
    this.follow = new Follow(find("[data-scroll]"), find("[data-to-end]"));
    this.announcer = new Announcer(find("[data-announcer]"));
    const note = find("[data-model-note]");
    this.settings = new Settings(find("[data-settings]"), {
      onModel: (readsOneMessage) => {
        note.hidden = !readsOneMessage;
      },
    });
    this.sidelist = new Sidelist(this.#root.dataset.listUrl);
    this.sidelist.current = this.#conversation;
    this.composer = new Composer(find("[data-composer]"), {
      onSend: (text) => this.#send(text),
      onStop: () => this.#stop(),
      onEditLast: () => this.#edit(this.log.lastOwnMessage()),
    });
    this.composer.useDraft(this.#draftName);
    new ConnectionBanner(
      find("[data-offline]"),
      this.socket,
      this.#root.dataset.loginUrl,
    );
    this.#listen();
    this.#refresh();
    this.#deliver();
    this.socket.connect();
  }

  get #draftName() {
    return `draft:${this.#root.dataset.person}:${this.#conversation || "new"}`;
  }

  #listen() {
    watchCopy(this.#root);
    watchCertainty(this.#root);
    watchDeletion();
    watchRename();
    this.socket.addEventListener("hello", () => this.#hello());
    this.socket.addEventListener("frame", (event) => this.#frame(event.detail));
    this.log.element.addEventListener("click", (event) => this.#clicked(event.target));
    this.#root.addEventListener("click", (event) => this.#example(event.target));
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("htmx:afterRequest", (event) => this.#asked(event.detail));
    // Back to the empty page that this conversation was begun on.
    addEventListener("popstate", () => location.reload());
    addEventListener("pageshow", () => this.socket.check());
  }

  // The connection

  async #hello() {
    this.#deliver();
    if (this.#conversation) await this.#open();
  }

  /** Watches the conversation; the server sends what this page does not show yet. */
  async #open() {
    const conversation = this.#conversation;
    const leaf = this.log.leaf;
    try {
      await this.socket.request({ type: "open", conversation, leaf });
    } catch (error) {
      if (error.message) toast(error.message);
      return;
    }
    // It may have ended while this page was away; then only asking tells.
    if (this.log.running) this.#resume(this.log.running);
  }

  async #readAgain() {
    const page = await readPage(location.pathname);
    this.log.replaceAfter(null, page.getElementById("log").innerHTML);
    this.#refresh();
  }

  #frame(frame) {
    if (frame.type === "messages") this.#messages(frame);
    else if (frame.type === "list") this.#listChanged();
    else if (frame.type === "models") this.settings.showModels(frame.models);
    else if (frame.type === "error") toast(frame.message);
    else if (frame.generation) this.#answerFrame(frame);
  }

  #messages({ conversation, parent, html }) {
    if (conversation !== this.#conversation) return;
    if (!this.log.replaceAfter(parent, html)) this.#readAgain().catch(() => {});
    this.#refresh();
  }

  #answerFrame(frame) {
    const answer = this.log.answerOf(frame.generation);
    if (!answer) return;
    if (frame.type === "state") {
      answer.say(frame.message);
      this.announcer.say(frame.message);
      return;
    }
    const { change } = answer.take(frame);
    if (change === "text") this.announcer.text(frame.generation, frame.text);
    else if (change === "gap") this.#resume(answer, -1);
    else if (change === "end") this.#ended(frame);
  }

  /** What follows the text that is shown here, or all of it anew. */
  #resume({ generation, state }, after = state.seq) {
    this.socket.request({ type: "resume", generation, after }).catch(() => {});
  }

  #ended(frame) {
    if (frame.type === "failed") this.announcer.say(frame.message);
    this.announcer.end(frame.generation);
    requestAnimationFrame(() => this.#refresh());
  }

  async #listChanged() {
    await this.sidelist.refresh();
    const title = this.sidelist.currentTitle;
    if (!this.#conversation || !title) return;
    this.#root.querySelector("[data-title]").textContent = title;
    document.title = `${title} · Tandem`;
    this.#root.querySelector("[data-rename-current]").dataset.renameTitle = title;
  }

  /** Buttons and greeting by what the log holds now. */
  #refresh() {
    const isEmpty = !this.log.element.childElementCount;
    const empty = this.#root.querySelector("[data-empty]");
    if (empty) empty.hidden = !isEmpty;
    this.composer.showStop(Boolean(this.log.running));
  }

  // What a person does

  #send(text, parent) {
    if (this.log.running) return false;
    if (this.#outbox.frame) {
      this.composer.complain(gettext("Your last message is still on its way."));
      return false;
    }
    const frame = {
      type: "send",
      key: newKey(),
      text,
      ...(this.#conversation && { conversation: this.#conversation }),
      ...(parent !== undefined && { parent }),
      ...this.settings.values,
    };
    if (!fitsFrame(frame)) {
      this.composer.complain(gettext("This is too long to send. Send it in parts."));
      return false;
    }
    this.settings.close();
    this.#outbox.put(frame);
    if (parent === undefined) this.composer.clear();
    this.#deliver();
    return true;
  }

  async #deliver() {
    const { frame } = this.#outbox;
    if (!frame) return;
    const isHere = (frame.conversation ?? "") === this.#conversation;
    if (isHere) this.#showSending(frame.text);
    try {
      const ok = await this.#outbox.deliver(this.socket);
      if (ok && isHere) this.#sent(ok);
    } catch (error) {
      this.log.removeSending();
      this.composer.giveBack(frame.text, error.message);
      this.#refresh();
    }
  }

  #showSending(text) {
    const isOpen = this.socket.status === "open";
    this.log.showSending(text, isOpen ? "" : gettext("Waiting for the connection"));
    this.#refresh();
    this.follow.toEnd();
  }

  #sent(ok) {
    if (ok.conversation === this.#conversation) return;
    this.#conversation = ok.conversation;
    this.#root.dataset.conversation = ok.conversation;
    history.pushState(null, "", ok.url);
    this.composer.moveDraft(this.#draftName);
    this.sidelist.current = ok.conversation;
    this.settings.url = `${ok.url}settings/`;
    const rename = this.#root.querySelector("[data-rename-current]");
    rename.dataset.rename = `${ok.url}rename/`;
    rename.hidden = false;
    this.#listChanged();
  }

  #stop() {
    const running = this.log.running;
    if (running) this.requests.ask({ type: "stop", generation: running.generation });
  }

  #clicked(target) {
    const button = target.closest("button");
    const article = button?.closest("article");
    if (button?.dataset.branch) this.#branch(button.dataset.branch);
    else if (button?.dataset.action === "edit") this.#edit(article);
    else if (button?.dataset.action) this.#again(button.dataset.action, article);
  }

  #again(type, { dataset: { message } }) {
    const { model, sampling } = this.settings.values;
    const settings = type === "regenerate" ? { model, sampling } : {};
    this.requests.askOnce({ type, message, ...settings });
  }

  #edit(article) {
    if (!article || this.log.running) return;
    editMessage(article, (edited, text) =>
      this.#send(text, edited.dataset.parent || null),
    );
  }

  async #branch(message) {
    try {
      const html = await post(`${location.pathname}branch/`, { message });
      this.log.replaceAfter(null, html);
      this.#refresh();
      if (this.log.running) await this.#open();
    } catch {
      toast(gettext("That version could not be shown. Try again in a moment."));
    }
  }

  #example(target) {
    const card = target.closest("[data-example]");
    if (!card) return;
    if (card.dataset.preset) this.settings.choosePreset(card.dataset.preset);
    this.composer.fill(card.dataset.example);
    this.composer.focus();
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("dialog[open], :popover-open")) return;
    if (!this.settings.close()) this.#stop();
  }

  /** Deleting or bringing back the conversation on view changes this page too. */
  #asked({ successful, requestConfig }) {
    const [, conversation, verb] = requestConfig.path.match(ASKED) ?? [];
    if (!verb) return;
    if (!successful) toast(gettext("That did not work. Try again in a moment."));
    else if (verb === "rename") this.#listChanged();
    else if (conversation === this.#conversation) this.#gone(verb === "delete");
  }

  #gone(isGone) {
    this.#root.querySelector("[data-deleted-notice]").hidden = !isGone;
    this.log.element.hidden = isGone;
    this.composer.hide(isGone);
    if (!isGone) this.#open();
  }
}

new ChatPage();
