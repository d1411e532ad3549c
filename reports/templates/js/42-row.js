// One row of the list of cases: what a reader needs to decide whether to open it.
{
  const LETTERS = { p: "passed", f: "failed", i: "inconclusive", e: "error" };
  // More trials than this are told as a number.
  const MOST_MARKS = 10;

  const cell = (name, ...children) => app.el("div", { role: "gridcell", class: `c-${name}` }, ...children);

  const outcomeCell = (index) => {
    const outcome = app.rows.outcome[index];
    return cell("outcome", app.el("span", { class: `${outcome}-ink` }, `${app.SYMBOLS[outcome]} ${outcome}`));
  };

  const aside = (index, { suites }) => {
    const words = [suites ? app.rows.suite[index] : "", app.rows.engine_model[index]].filter(Boolean);
    return words.length > 0 && app.el("span", { class: "aside" }, app.marked(words.join(" · ")));
  };

  const hitLine = (hit) =>
    app.el("p", { class: "hit" }, app.el("span", { class: "muted" }, `${hit.where}: `), app.el("bdi", { dir: "auto" }, app.marked(hit.text)));

  const reasonLine = (reason) => app.el("p", { class: "reason", title: reason }, app.el("bdi", { dir: "auto" }, app.marked(reason)));

  const caseCell = (index, shown) => {
    const title = app.rows.title[index];
    const hit = shown.hits.get(index);
    return cell(
      "case",
      app.el("p", { class: "title", title }, app.el("bdi", { dir: "auto" }, app.marked(title)), " ", aside(index, shown)),
      app.rows.reason[index] && reasonLine(app.rows.reason[index]),
      hit && hitLine(hit),
    );
  };

  const movedCell = (index) => {
    const movement = app.rows.movement[index];
    return cell("moved", movement && app.el("span", { class: `move ${movement}` }, `${app.MOVES[movement]} ${movement}`));
  };

  const mark = (letter) => app.el("span", { class: `${LETTERS[letter]}-ink` }, app.SYMBOLS[LETTERS[letter]]);

  const trialsCell = (index) => {
    const marks = [...app.rows.marks[index]];
    const { [index]: passed } = app.rows.passed;
    if (marks.length > MOST_MARKS) return cell("trials", `${passed} of ${marks.length}`);
    return cell(
      "trials",
      app.el("span", { "aria-hidden": "true" }, marks.map(mark)),
      app.el("span", { class: "sr" }, `${passed} of ${marks.length} passed`),
    );
  };

  const seconds = (ms) => (ms < 9995 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`);

  const latencyCell = (index) => {
    const ms = app.rows.latency_ms[index];
    if (ms !== null) return cell("latency", seconds(ms));
    return cell("latency", app.el("span", { class: "muted" }, app.el("span", { "aria-hidden": "true" }, "–"), app.el("span", { class: "sr" }, "not measured")));
  };

  const tag = (text) => app.el("span", { class: "tag" }, app.el("bdi", { dir: "auto" }, app.marked(text)));

  const note = (text) => app.el("span", { class: "tag note-tag" }, text);

  const tagsCell = (index) => {
    const labels = [...app.rows.notes[index].map(note), ...app.rows.tags[index].map(tag)];
    return cell("tags", labels.flatMap((label) => [label, " "]));
  };

  const personaCell = (index) => cell("persona", app.el("bdi", { dir: "auto" }, app.marked(app.rows.persona[index])));

  // How many lines a row has beside those all have: its height is known before it is drawn.
  app.extraLines = (index, hits) => (app.rows.reason[index] ? 1 : 0) + (hits.has(index) ? 1 : 0);

  // shown: {hits, suites: whether there are several, compared: whether outcomes can have moved, meta: whether any case
  // has a persona, tags or notes, place: in the list, from 0}
  app.row = (index, shown) =>
    app.el(
      "div",
      { role: "row", class: `row ${app.rows.outcome[index]}`, "aria-rowindex": shown.place + 2, "data-index": index, tabindex: -1 },
      outcomeCell(index),
      caseCell(index, shown),
      shown.compared && movedCell(index),
      trialsCell(index),
      latencyCell(index),
      shown.meta && [personaCell(index), tagsCell(index)],
    );

  const HEADS = [
    ["outcome", "Outcome"],
    ["case", "Case"],
    ["moved", "Since"],
    ["trials", "Trials"],
    ["latency", "Latency"],
    ["persona", "Persona"],
    ["tags", "Tags"],
  ];

  const isShown = (column, shown) => (column === "moved" ? shown.compared : shown.meta || !["persona", "tags"].includes(column));

  const head = ([column, words], shown) =>
    app.el(
      "div",
      { role: "columnheader", class: `c-${column}`, "data-column": column },
      app.el(
        "button",
        { class: "sort", title: column === "latency" ? "median time to the agent's answer" : null, on: { click: () => app.state.set({ sort: app.nextSort(column, app.state.get().sort) }) } },
        column === "moved" ? `${words} ${shown.reference}` : words,
        app.el("span", { class: "way", "aria-hidden": "true" }),
      ),
    );

  app.headRow = (shown) =>
    app.el("div", { role: "row", class: "heads", "aria-rowindex": 1 }, HEADS.filter(([column]) => isShown(column, shown)).map((each) => head(each, shown)));

  // Shows by which column the list is sorted, and which way.
  app.markSort = (row, sort) => {
    for (const each of row.children) {
      const isIt = each.dataset.column === sort.replace("-", "");
      const way = sort.startsWith("-") ? "descending" : "ascending";
      if (isIt) each.setAttribute("aria-sort", way);
      else each.removeAttribute("aria-sort");
      each.querySelector(".way").textContent = isIt ? (way === "descending" ? " ↓" : " ↑") : "";
    }
  };
}
