/** Values of this tab that outlive a reload. Storage may be full or forbidden. */
export function keep(name, value) {
  try {
    if (value) sessionStorage.setItem(name, JSON.stringify(value));
    else sessionStorage.removeItem(name);
  } catch {
    // Without storage the page works on; only a reload forgets.
  }
}

/** On a shared computer, what was typed is not for the next person. */
export function forgetAll() {
  try {
    sessionStorage.clear();
  } catch {
    // Nothing was kept either.
  }
}

export function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}
