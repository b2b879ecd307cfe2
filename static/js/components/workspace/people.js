import { element, fill } from "./words.js";

/** Who is here, and where: in the head, and for the rows. */
export class People {
  #list;
  #person;
  #at = new Map(); // segment: [person]
  #locks = new Map(); // segment: person

  constructor(list, person, onGo) {
    this.#list = list;
    this.#person = person;
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go]");
      if (button) onGo(Number(button.dataset.go));
    });
  }

  presence({ people, locks }) {
    const others = people.filter(({ person }) => person.id !== this.#person.id);
    this.#at = new Map();
    for (const { person, segment } of others) {
      this.#at.set(segment, [...(this.#at.get(segment) ?? []), person]);
    }
    this.#locks = new Map(locks.map(({ segment, person }) => [segment, person]));
    this.#draw(others);
  }

  at(segment) {
    const here = [...(this.#at.get(segment) ?? [])];
    const holder = this.holder(segment);
    if (holder && !here.some(({ id }) => id === holder.id)) here.push(holder);
    return here;
  }

  /** Who works on it, if it is somebody else. */
  holder(segment) {
    const holder = this.#locks.get(segment);
    return holder && holder.id !== this.#person.id ? holder : null;
  }

  #draw(others) {
    const shown = new Map();
    for (const { person, segment } of others) {
      if (segment !== null || !shown.has(person.id))
        shown.set(person.id, { person, segment });
    }
    this.#list.replaceChildren(...[...shown.values()].map(personNode));
  }
}

function personNode({ person: { name }, segment }) {
  const node = element("li");
  const button = element("button", {
    className: "person-tag",
    type: "button",
  });
  button.append(element("span", { text: name }));
  button.disabled = segment === null;
  if (segment !== null) {
    button.dataset.go = segment;
    button.title = fill(gettext("Go to where %(name)s is"), { name });
  }
  node.append(button);
  return node;
}
