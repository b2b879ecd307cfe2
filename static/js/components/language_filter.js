/** A search above a long list of checkboxes. What is checked always stays in sight. */
export function watchFilters() {
  for (const field of document.querySelectorAll("[data-filter]")) {
    field.hidden = false;
    field.addEventListener("input", () => filter(field));
    field.addEventListener("keydown", (event) => {
      // Enter would send the whole form.
      if (event.key === "Enter") event.preventDefault();
    });
  }
}

function filter(field) {
  const box = field.closest("fieldset");
  const wanted = field.value.trim().toLocaleLowerCase();
  let found = 0;
  for (const label of box.querySelectorAll(".check")) {
    const isFound = label.textContent.toLocaleLowerCase().includes(wanted);
    label.hidden = !isFound && !label.querySelector("input").checked;
    found += isFound;
  }
  box.querySelector("[data-none]").hidden = found > 0;
}
