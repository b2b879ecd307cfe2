/**
 * Deletes a conversation, or brings it back. Asked from the toasts, which stay: the
 * button may be gone from the list before the answer is there.
 */
export function watchDeletion() {
  const source = document.getElementById("toasts");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-delete], [data-restore]");
    if (!button) return;
    const url = button.dataset.delete ?? button.dataset.restore;
    const target = "#conversation-list";
    htmx.ajax("POST", url, { source, target, swap: "innerHTML" }).catch(() => {});
    // The button goes with its row or its toast; the hand stays near.
    if (button.dataset.restore) button.closest(".toast").remove();
    document.getElementById("conversation-list").focus({ preventScroll: true });
  });
}
