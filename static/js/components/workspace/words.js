/** What the editor says of segments, runs and times. */

export function fill(text, values) {
  return interpolate(text, values, true);
}

export function percent(share) {
  return share.toLocaleString(undefined, { style: "percent", maximumFractionDigits: 0 });
}

export function segmentsWord(count) {
  const text = ngettext("%(count)s segment", "%(count)s segments", count);
  return fill(text, { count: count.toLocaleString() });
}

/** {name: of its icon, words, more: for whoever hovers} */
export function stateOf(row, { person, isUnsaved, isConflict }) {
  if (isConflict) return { name: "conflict", words: gettext("Changed by both") };
  if (isUnsaved) return { name: "unsaved", words: gettext("Not saved yet") };
  if (row.machine === "running") return { name: "running", words: gettext("Writing") };
  if (row.machine === "waiting") return { name: "waiting", words: gettext("In line") };
  if (row.machine === "failed" && !isOfPerson(row)) {
    return { name: "failed", words: gettext("Failed"), more: row.error };
  }
  return { name: row.state, ...WORDS[row.state](row, person) };
}

/** A suggestion that failed says nothing of a text that somebody is answerable for. */
function isOfPerson({ state }) {
  return state !== "empty" && state !== "pretranslated";
}

const WORDS = {
  empty: () => ({ words: gettext("Empty") }),
  pretranslated: (row) => pretranslated(row),
  edited: (row, person) => ({ words: whose(row.edited_by, person, gettext("Edited")) }),
  reviewed: (row, person) => ({
    words: gettext("Reviewed"),
    more: row.reviewed_by
      ? fill(gettext("Reviewed by %(name)s"), {
          name: whose(row.reviewed_by, person, ""),
        })
      : "",
  }),
  rejected: (row) => ({ words: gettext("Rejected"), more: row.rejection }),
};

/** What a change left a segment as. */
export function stateWord(state) {
  const words = {
    empty: gettext("Empty"),
    pretranslated: gettext("Pretranslated"),
    edited: gettext("Edited"),
    reviewed: gettext("Reviewed"),
    rejected: gettext("Rejected"),
  };
  return words[state];
}

function pretranslated({ origin, confidence }) {
  if (origin === "memory") return { words: gettext("Memory") };
  if (origin === "import") return { words: gettext("From the file") };
  if (origin === "source") return { words: gettext("Copied source") };
  if (confidence === null) return { words: gettext("Machine") };
  return {
    words: fill(gettext("Machine %(percent)s"), { percent: percent(confidence) }),
    more: gettext("How sure the model was of its words"),
  };
}

function whose(who, person, otherwise) {
  if (!who) return otherwise;
  return who.id === person.id ? gettext("You") : who.name;
}

export function timeLeft(seconds) {
  if (seconds < 60) {
    const left = Math.max(1, Math.round(seconds));
    return fill(ngettext("%(count)s second left", "%(count)s seconds left", left), {
      count: left,
    });
  }
  const minutes = Math.round(seconds / 60);
  const text = ngettext("%(count)s minute left", "%(count)s minutes left", minutes);
  return fill(text, { count: minutes.toLocaleString() });
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** A <time> that reads "2 hours ago", with the exact one for whoever hovers. */
export function timeNode(iso) {
  const time = document.createElement("time");
  const date = new Date(iso);
  const seconds = (date - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => -seconds >= size) ?? ["second", 1];
  const { lang } = document.documentElement;
  const format = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  time.dateTime = iso;
  time.title = date.toLocaleString(lang);
  time.textContent = format.format(Math.round(Math.min(0, seconds) / length), unit);
  return time;
}

export function element(tag, { className = "", text = "", ...rest } = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return Object.assign(made, rest);
}

export function copyOf(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

const icons = document.getElementById("segment-icons");

export function iconNode(name) {
  const found = icons.content.querySelector(`[data-icon="${name}"]`);
  return found.firstElementChild.cloneNode(true);
}
