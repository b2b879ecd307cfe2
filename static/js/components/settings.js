import { post } from "../lib/http.js";

const NUMBERS = [
  "temperature",
  "top_p",
  "top_k",
  "repetition_penalty",
  "max_tokens",
  "seed",
];

/** Model, preset and sampling of the next answers. */
export class Settings {
  #form;
  #panel;
  #error;
  #onModel;
  #usual; // placeholders, by name

  /** onModel(readsOneMessage) is called when another model is picked. */
  constructor(form, { onModel }) {
    this.#form = form;
    this.#onModel = onModel;
    this.#usual = Object.fromEntries(
      NUMBERS.map((name) => [name, form.elements[name].placeholder]),
    );
    this.#panel = form.querySelector("details");
    this.#error = form.querySelector("[data-settings-error]");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => this.#changed(event.target));
    document.addEventListener("pointerdown", (event) => {
      if (!this.#panel.contains(event.target)) this.#panel.open = false;
    });
  }

  set url(url) {
    this.#form.dataset.url = url;
  }

  /** What a `send` frame says of them. */
  get values() {
    const { model, preset } = this.#form.elements;
    return {
      ...(model.value && { model: model.value }),
      preset: preset.value || null,
      sampling: this.#sampling,
    };
  }

  /** What the models are by now; which one is picked does not change. */
  showModels(models) {
    for (const option of this.#form.elements.model.options) {
      const model = models.find(({ name }) => name === option.value);
      if (!model) continue; // the settings name others by now: a reload shows them
      option.textContent = model.label;
      option.toggleAttribute("data-reads-one-message", model.reads_one_message);
      option.dataset.sampling = JSON.stringify(model.sampling);
    }
    this.#tellModel();
  }

  choosePreset(id) {
    this.#form.elements.preset.value = id;
    this.#usePreset();
  }

  /** Returns true if there was something to close. */
  close() {
    const wasOpen = this.#panel.open;
    this.#panel.open = false;
    return wasOpen;
  }

  get #sampling() {
    const sampling = {};
    for (const name of NUMBERS) {
      const { value } = this.#form.elements[name];
      if (value !== "") sampling[name] = Number(value);
    }
    const stop = this.#form.elements.stop.value.split("\n").filter(Boolean);
    if (stop.length) sampling.stop = stop;
    const { logprobs } = this.#form.elements;
    if (logprobs.checked) sampling.logprobs = Number(logprobs.value);
    return sampling;
  }

  /** A preset brings its own sampling settings along. */
  #usePreset() {
    const option = this.#form.elements.preset.selectedOptions[0];
    const sampling = JSON.parse(option.dataset.sampling);
    for (const name of NUMBERS) this.#form.elements[name].value = sampling[name] ?? "";
    this.#form.elements.stop.value = (sampling.stop ?? []).join("\n");
  }

  #tellModel() {
    const option = this.#form.elements.model.selectedOptions[0];
    this.#onModel("readsOneMessage" in option.dataset);
    this.#hintWishes(JSON.parse(option.dataset.sampling));
  }

  /** What an empty field means with this model. */
  #hintWishes(sampling) {
    for (const name of NUMBERS) {
      this.#form.elements[name].placeholder = sampling[name] ?? this.#usual[name];
    }
  }

  async #changed(field) {
    if (field.name === "preset") this.#usePreset();
    if (field.name === "model") this.#tellModel();
    this.#complain("");
    if (!this.#form.dataset.url || !this.#form.checkValidity()) return;
    const { model, preset } = this.#form.elements;
    const sampling = JSON.stringify(this.#sampling);
    try {
      const fields = { model: model.value, preset: preset.value, sampling };
      await post(this.#form.dataset.url, fields);
    } catch {
      this.#complain(gettext("Not kept yet; it goes along with your next message."));
    }
  }

  #complain(words) {
    this.#error.textContent = words;
    this.#error.hidden = !words;
  }
}
