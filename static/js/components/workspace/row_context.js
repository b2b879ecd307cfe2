/** What rows are drawn by: the languages, and what the page knows beside the rows. */
export function rowContext({ config, filters, selection, saver, people }, live) {
  const speech = (side) => ({
    language: config[`${side}_language`],
    direction: config[`${side}_dir`],
  });
  return {
    source: speech("source"),
    target: speech("target"),
    person: config.person,
    query: filters.values.q,
    isSelected: (id) => selection.has(id),
    liveText: (id) => live.get(id),
    unsavedText: (id) => saver.unsaved(id),
    isConflict: (id) => saver.conflicts.has(id),
    peopleAt: (id) => people.at(id),
    holderOf: (id) => people.holder(id),
  };
}
