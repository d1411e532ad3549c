// What the reader narrows the list with: the search field, chips with numbers, menus, and what is chosen now.
{
  const CHIPS = ["outcome", "moved"];
  const MENUS = [
    ["suite", "suite"],
    ["persona", "persona"],
    ["tag", "tag"],
    ["engine", "engine model"],
  ];
  const TYPING_MS = 150;

  const number = (value) => value.toLocaleString("en");

  const without = (list, value) => list.filter((each) => each !== value);

  const toggle = (facet, value) => {
    const chosen = app.state.get()[facet];
    app.state.set({ [facet]: chosen.includes(value) ? without(chosen, value) : [...chosen, value] });
  };

  const chip = (facet, value) => {
    const count = app.el("span", { class: "count" });
    const symbol = { outcome: app.SYMBOLS, moved: app.MOVES }[facet][value];
    const button = app.el(
      "button",
      { class: `chip ${value}`, on: { click: () => toggle(facet, value) } },
      app.el("span", { "aria-hidden": "true" }, `${symbol} `),
      count,
      ` ${value}`,
    );
    const update = (state, counts) => {
      const size = counts[facet].get(value) ?? 0;
      count.textContent = number(size);
      button.setAttribute("aria-pressed", state[facet].includes(value));
      button.classList.toggle("none", !size);
    };
    return { node: button, update };
  };

  // A menu adds one value more; what is chosen stands below, to be taken away again.
  const menu = (facet, noun, values) => {
    const first = app.el("option", { value: "" }, `Any ${noun}`);
    const options = values.map((value) => app.el("option", { value }, value));
    const select = app.el("select", { "aria-label": `Only cases of a ${noun}`, on: { change: () => choose() } }, first, options);
    const choose = () => {
      if (select.value) toggle(facet, select.value);
    };
    const update = (state, counts) => {
      options.forEach((option, place) => {
        const chosen = state[facet].includes(values[place]);
        option.textContent = chosen ? `✓ ${values[place]}` : `${values[place]} (${number(counts[facet].get(values[place]) ?? 0)})`;
      });
      first.textContent = state[facet].length ? `${noun}: ${state[facet].length} chosen` : `Any ${noun}`;
      select.value = "";
    };
    return { node: select, update };
  };

  const token = (facet, noun, value) =>
    app.el(
      "button",
      { class: "token", "aria-label": `Show also cases without ${noun} ${value}`, on: { click: () => toggle(facet, value) } },
      app.el("span", { class: "muted" }, `${noun} `),
      app.bdi(value),
      app.el("span", { "aria-hidden": "true" }, " ×"),
    );

  const tokens = (state) => MENUS.flatMap(([facet, noun]) => state[facet].map((value) => token(facet, noun, value)));

  const NOTHING_CHOSEN = { q: "", outcome: [], moved: [], tag: [], persona: [], suite: [], engine: [] };

  app.isNarrowed = (state) => Object.keys(NOTHING_CHOSEN).some((name) => state[name].length > 0);

  app.clearFilter = () => app.state.set(NOTHING_CHOSEN);

  const searchField = () => {
    let waiting = 0;
    const field = app.el("input", {
      type: "search",
      id: "search",
      placeholder: "Search titles, reasons, tags and transcripts",
      "aria-label": "Search titles, reasons, tags and transcripts",
      "aria-keyshortcuts": "/",
      autocomplete: "off",
      spellcheck: "false",
      on: {
        input: () => {
          clearTimeout(waiting);
          waiting = setTimeout(() => app.state.set({ q: field.value.trim() }), TYPING_MS);
        },
        keydown: (event) => onSearchKey(event, field),
      },
    });
    const update = (state) => {
      // While it is typed into, the field is ahead of the address.
      if (document.activeElement !== field) field.value = state.q;
    };
    return { node: field, update };
  };

  const onSearchKey = (event, field) => {
    if (event.key === "Escape" && field.value) {
      field.value = "";
      app.state.set({ q: "" });
      event.preventDefault();
    } else if (["Escape", "Enter", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      app.state.set({ q: field.value.trim() });
      app.list.focus();
    }
  };

  const keysButton = () =>
    app.el("button", { class: "plain keys-button", on: { click: () => app.showKeys() } }, app.el("kbd", { "aria-hidden": "true" }, "?"), " keys");

  // Returns {node, update(state, {matches, counts}), note(words): what is going on, beside the number of cases}.
  app.controls = () => {
    const search = searchField();
    const chips = CHIPS.map((facet) => app.valuesIn(facet).map((value) => chip(facet, value)));
    const menus = MENUS.map(([facet, noun]) => [facet, noun, app.valuesIn(facet)])
      .filter(([, , values]) => values.length > 1)
      .map(([facet, noun, values]) => menu(facet, noun, values));
    const [chosen, size, progress] = [app.el("div", { class: "tokens" }), app.el("span", { class: "size" }), app.el("span", { class: "muted" })];
    const clear = app.el("button", { class: "plain", on: { click: () => app.clearFilter() } }, "Clear the filter");
    const node = app.el(
      "div",
      { class: "controls", role: "search", "aria-label": "Cases" },
      app.el("div", { class: "search-line" }, search.node, keysButton()),
      app.el(
        "div",
        { class: "chips" },
        chips.map((group) => group.length > 0 && app.el("div", { class: "chip-group" }, group.map((each) => each.node))),
        menus.map((each) => each.node),
      ),
      chosen,
      app.el("p", { class: "sizes" }, size, progress, clear),
    );
    const update = (state, { matches, counts }) => {
      for (const each of [search, ...chips.flat(), ...menus]) each.update(state, counts);
      app.replace(chosen, tokens(state));
      chosen.hidden = !chosen.childElementCount;
      size.textContent = app.isNarrowed(state)
        ? `${number(matches.length)} of ${number(app.rows.count)} cases `
        : `${number(app.rows.count)} ${app.rows.count === 1 ? "case" : "cases"}${state.sort ? "" : ", worst first"} `;
      clear.hidden = !app.isNarrowed(state);
    };
    const note = (words) => {
      progress.textContent = words;
    };
    return { node, update, note };
  };
}
