const STAYS_MS = 10_000;
const LOOK_MS = 20_000;

/**
 * Says something at the foot of the page; it leaves by itself after `stays` ms.
 * action: {label, run}, a button that is pressed once.
 */
export function toast(text, stays = STAYS_MS, action = null) {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = "";
  box.dataset.stays = stays;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-small";
  close.dataset.dismiss = "";
  close.textContent = gettext("Close");
  box.append(words, ...(action ? [actionButton(action, box)] : []), close);
  document.getElementById("toasts").append(box);
}

/** Says that there is something to see elsewhere. */
export function offerLook(text, run) {
  toast(text, LOOK_MS, { label: gettext("Look"), run });
}

function actionButton({ label, run }, box) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = label;
  button.addEventListener("click", () => {
    box.remove();
    run();
  });
  return button;
}

/** Toasts that the server rendered live by the same rules. */
export function watchToasts() {
  const list = document.getElementById("toasts");
  const age = (box) => setTimeout(() => leave(box), box.dataset.stays ?? STAYS_MS);
  const leave = (box) => {
    // Nobody loses the button under their hand.
    if (box.matches(":hover, :focus-within")) age(box);
    else box.remove();
  };
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) age(node);
      }
    }
  }).observe(list, { childList: true });
  for (const box of list.children) age(box);
  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
}
