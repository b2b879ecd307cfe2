const NUMBER = /\bmark-token-(\d+)\b/;

/** Tells which of the model's tokens is under the pointer; null: none any more. A field
    has no parts to point at: those of the mirror under it are asked. */
export function tokenLook(field, onLook) {
  let shown = null;
  const look = (number) => {
    if (number === shown) return;
    shown = number;
    onLook(number);
  };
  field.addEventListener("pointermove", ({ clientX, clientY }) => {
    const under = document.elementsFromPoint(clientX, clientY);
    const found = under.filter((node) => field.contains(node)).map(numberOf);
    look(found.find((number) => number !== null) ?? null);
  });
  field.addEventListener("pointerleave", () => look(null));
}

function numberOf({ className }) {
  const match = NUMBER.exec(className);
  return match && Number(match[1]);
}
