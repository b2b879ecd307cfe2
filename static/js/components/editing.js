/** Lets a person's own message be rewritten in its place; onSave(article, text). */
export function editMessage(article, onSave) {
  if (article.querySelector("[data-edit-form]")) return;
  const body = article.querySelector("[data-body]");
  const form = document
    .getElementById("editing")
    .content.cloneNode(true).firstElementChild;
  const field = form.querySelector("textarea");
  field.value = body.textContent;
  article.classList.add("is-editing");
  article.append(form);
  field.focus();
  const close = () => {
    form.remove();
    article.classList.remove("is-editing");
    article.querySelector("[data-action=edit]")?.focus();
  };
  const save = () => {
    const text = field.value;
    if (!text.trim()) return;
    // Refused: the form stays, and so does what was written in it.
    if (onSave(article, text)) close();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  form.querySelector("[data-cancel]").addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  });
}
