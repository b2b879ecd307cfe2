/** Letters of the actions: alone in the list, with Alt also while one types. */
const LETTERS = {
  a: "accept",
  p: "approve",
  x: "reject",
  c: "copy",
  l: "alternatives",
  m: "comment",
  y: "history",
  j: "merge",
  k: "split",
  n: "next",
  g: "free",
  r: "replace",
  t: "translate",
  u: "undo",
  i: "placeholder",
  o: "term",
};
const MOVES = { ArrowUp: -1, ArrowDown: 1 };

/** The letter of a key, whatever a layout or Alt makes of it. */
function letterOf({ key, code }) {
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  return code.match(/^(?:Key|Digit)([A-Z0-9])$/)?.[1].toLowerCase();
}

/**
 * What a key means: {action, …} or null. `place`: "text" (the open row's), "list" (a row
 * has the focus), or "" elsewhere.
 */
export function keyMeaning(event, place) {
  if (event.isComposing || event.keyCode === 229) return null;
  const isCommand = event.ctrlKey || event.metaKey;
  if (event.altKey && !isCommand) return ofAlt(event);
  if (place === "text") return ofText(event, isCommand);
  return place === "list" ? ofList(event, isCommand) : null;
}

function ofAlt(event) {
  if (event.getModifierState("AltGraph")) return null;
  if (event.key in MOVES) return { action: "open-by", step: MOVES[event.key] };
  const letter = letterOf(event);
  if (letter >= "1" && letter <= "9") return { action: "insert", number: letter - 1 };
  return letter in LETTERS ? { action: LETTERS[letter] } : null;
}

function ofText({ key, shiftKey }, isCommand) {
  if (key === "Enter" && isCommand) return { action: "take-all" };
  if (key === "Tab" && !shiftKey && !isCommand) return { action: "take-word" };
  return key === "Escape" ? { action: "leave" } : null;
}

const IN_LIST = {
  Enter: { action: "open" },
  " ": { action: "select" },
  Escape: { action: "select-none" },
  Home: { action: "move", step: -Infinity },
  End: { action: "move", step: Infinity },
  PageUp: { action: "move", pages: -1 },
  PageDown: { action: "move", pages: 1 },
  "/": { action: "search" },
};

function ofList(event, isCommand) {
  const { key, shiftKey } = event;
  if (isCommand) return letterOf(event) === "a" ? { action: "select-all" } : null;
  if (key in MOVES) return { action: "move", step: MOVES[key], extends: shiftKey };
  if (key in IN_LIST) return IN_LIST[key];
  const letter = letterOf(event);
  if (shiftKey || !letter) return null;
  return letter in LETTERS ? { action: LETTERS[letter] } : null;
}
