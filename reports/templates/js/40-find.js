// Which cases are shown, and in which order.
{
  // The fields of the address a case is chosen by, and the column each is read from.
  const COLUMNS = { outcome: "outcome", moved: "movement", tag: "tags", persona: "persona", suite: "suite", engine: "engine_model" };
  const FACETS = Object.keys(COLUMNS);
  const OUTCOMES = ["failed", "error", "inconclusive", "passed"];
  const MOVES = ["broke", "changed", "fixed"];

  const valuesOf = (facet, index) => {
    const value = app.rows[COLUMNS[facet]][index];
    if (Array.isArray(value)) return value;
    return value ? [value] : [];
  };

  // One case has one outcome but many tags: of outcomes any will do, of tags all must be there.
  const holds = (facet, wanted, index) => {
    const values = valuesOf(facet, index);
    return facet === "tag" ? wanted.every((each) => values.includes(each)) : wanted.some((each) => values.includes(each));
  };

  // The words of a search; those between quotation marks belong together.
  app.termsOf = (query) =>
    [...query.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map((found) => found[1] ?? found[2].replaceAll('"', "")).filter(Boolean);

  const texts = [];

  const textOf = (index) => {
    const { title, suite, engine_model, persona, reason, tags, notes } = app.rows;
    texts[index] ??= [title, suite, engine_model, persona, reason, tags, notes]
      .map((column) => column[index])
      .flat()
      .join("\n")
      .toLowerCase();
    return texts[index];
  };

  app.hasAll = (text, terms) => terms.every((term) => text.includes(term));

  const countIn = (counts, facet, index) => {
    for (const value of valuesOf(facet, index)) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
  };

  // Returns the cases that match, and for every value of every facet how many cases choosing it would leave: those that
  // only this facet keeps out count for it too.
  app.find = (state, hits) => {
    const terms = app.termsOf(state.q);
    const chosen = FACETS.filter((facet) => state[facet].length);
    const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map()]));
    const matches = [];
    for (let index = 0; index < app.rows.count; index += 1) {
      if (terms.length && !hits.has(index) && !app.hasAll(textOf(index), terms)) continue;
      const refusing = chosen.filter((facet) => !holds(facet, state[facet], index));
      if (!refusing.length) {
        matches.push(index);
        for (const facet of FACETS) countIn(counts, facet, index);
      } else if (refusing.length === 1 && refusing[0] !== "tag") {
        countIn(counts, refusing[0], index);
      }
    }
    return { matches, counts };
  };

  // Every value of a facet on this page, as a reader would list them.
  app.valuesIn = (facet) => {
    const found = new Set();
    for (let index = 0; index < app.rows.count; index += 1) for (const value of valuesOf(facet, index)) found.add(value);
    const known = { outcome: OUTCOMES, moved: MOVES }[facet];
    return known ? known.filter((value) => found.has(value)) : [...found].sort(byName);
  };

  const byName = new Intl.Collator("en", { numeric: true }).compare;

  const ranked = (order) => (value) => (order.includes(value) ? order.indexOf(value) : null);

  // What a column is sorted by; null goes last both ways. `descends`: the way a reader wants it first.
  const KEYS = {
    outcome: { key: (index) => ranked(OUTCOMES)(app.rows.outcome[index]) },
    case: { key: (index) => app.rows.title[index] },
    moved: { key: (index) => ranked(MOVES)(app.rows.movement[index]) },
    trials: { key: (index) => (app.rows.trials[index] ? app.rows.passed[index] / app.rows.trials[index] : null) },
    latency: { key: (index) => app.rows.latency_ms[index], descends: true },
    persona: { key: (index) => app.rows.persona[index] || null },
    tags: { key: (index) => app.rows.tags[index].join(" ") || null },
  };

  const compare = (a, b) => (typeof a === "string" ? byName(a, b) : a - b);

  const orders = new Map();

  // The place of every case in an order, computed once: 10,000 titles take a moment to compare.
  const placesIn = (sort) => {
    if (!orders.has(sort)) {
      const sign = sort.startsWith("-") ? -1 : 1;
      const keys = Array.from({ length: app.rows.count }, (_, index) => KEYS[sort.replace("-", "")].key(index));
      const last = (index) => (keys[index] === null ? 1 : 0);
      const order = keys
        .map((_, index) => index)
        .sort((a, b) => last(a) - last(b) || (last(a) ? 0 : sign * compare(keys[a], keys[b])) || a - b);
      const places = new Int32Array(order.length);
      order.forEach((index, place) => (places[index] = place));
      orders.set(sort, places);
    }
    return orders.get(sort);
  };

  // Sorts cases by a column, `-` before it the other way round; without one, or one unknown, worst first as they come.
  app.sorted = (matches, sort) => {
    if (!KEYS[sort.replace("-", "")]) return matches;
    const places = placesIn(sort);
    return matches.toSorted((a, b) => places[a] - places[b]);
  };

  // Where a click on a column's head leads: its first way, the other, and back to worst first.
  app.nextSort = (column, sort) => {
    const first = KEYS[column].descends ? `-${column}` : column;
    const second = KEYS[column].descends ? column : `-${column}`;
    return { [first]: second, [second]: "" }[sort] ?? first;
  };
}
