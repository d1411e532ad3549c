// The list of cases: a grid of rows the reader walks through with the keys or the pointer.
{
  const isFailure = (index) => ["failed", "error"].includes(app.rows.outcome[index]);

  const hasMeta = () => app.rows.persona.some(Boolean) || [...app.rows.tags, ...app.rows.notes].some((each) => each.length);

  const KEYS = [["n", "next failure"], ["h", "hear it"], ["b", "the baseline's"], ["j k", "move"], ["/", "search"], ["?", "all keys"]];

  // For those with a keyboard; the dialog behind `?` says the same to everybody.
  const keyLine = ({ compared }) =>
    app.el("p", { class: "key-line", "aria-hidden": "true" }, KEYS.filter(([key]) => compared || key !== "b").map(([key, does]) => app.el("span", null, app.el("kbd", null, key), ` ${does} `)));

  class CaseList {
    // open(index): what happens when the reader opens a case.
    constructor(host, open) {
      Object.assign(this, { open, matches: [], hits: new Map(), active: 0, current: -1 });
      this.look = {
        suites: app.valuesIn("suite").length > 1,
        compared: Boolean(host.dataset.reference),
        reference: host.dataset.reference,
        meta: hasMeta(),
      };
      this.controls = app.controls();
      this.build(host);
      this.rows = new app.VirtualList(this.scroller, this.body, {
        draw: (place) => this.draw(place),
        lines: (place) => app.extraLines(this.matches[place], this.hits),
      });
    }

    build(host) {
      this.body = app.el("div", { class: "row-body", role: "rowgroup" });
      this.scroller = app.el("div", { class: "row-scroll", role: "presentation" }, this.body);
      this.heads = app.headRow(this.look);
      this.grid = app.el("div", { class: `row-grid${this.look.meta ? "" : " bare"}${this.look.compared ? "" : " alone"}`, role: "grid", "aria-label": "Cases" }, this.heads, this.scroller);
      this.empty = app.el("div", { class: "no-rows" });
      this.unprinted = app.el("p", { class: "unprinted" });
      app.replace(host, this.controls.node, this.grid, this.empty, this.unprinted, keyLine(this.look));
      this.body.addEventListener("click", (event) => this.onClick(event));
      this.body.addEventListener("keydown", (event) => this.onKey(event));
      this.body.addEventListener("focusin", (event) => this.activate(this.placeOf(event.target)));
    }

    draw(place) {
      const index = this.matches[place];
      const row = app.row(index, { ...this.look, hits: this.hits, place });
      row.tabIndex = place === this.active ? 0 : -1;
      row.setAttribute("aria-selected", index === this.current);
      return row;
    }

    // Shows the cases a state of the address names, in its order; the row the reader is at stays where it can.
    refresh(state) {
      const at = this.matches[this.active];
      const hadFocus = this.body.contains(document.activeElement);
      const found = app.find(state, this.hits);
      this.matches = app.sorted(found.matches, state.sort);
      this.active = Math.max(0, this.matches.indexOf(at));
      this.controls.update(state, found);
      app.markSort(this.heads, state.sort);
      this.grid.setAttribute("aria-rowcount", this.matches.length + 1);
      this.grid.hidden = !this.matches.length;
      this.tellEmpty(state);
      this.tellPrint();
      this.rows.kept = this.matches.length ? this.active : -1;
      this.rows.fill(this.matches.length);
      if (hadFocus && this.matches.length) this.rows.keep(this.active).focus({ preventScroll: true });
    }

    tellPrint() {
      const rest = this.matches.length - app.MOST_PRINTED;
      const advice = `Choose ${app.MOST_PRINTED} or fewer to print their calls too.`;
      this.unprinted.textContent = rest > 0 ? `… and ${rest.toLocaleString("en")} more cases. ${advice}` : "";
      app.preparePaper(this.matches);
    }

    tellEmpty(state) {
      if (this.matches.length) return app.replace(this.empty);
      if (!app.rows.count) return app.replace(this.empty, app.el("p", null, "This page has no cases."));
      const words = state.q ? ["No case with ", app.el("q", null, app.bdi(state.q)), " matches what is chosen."] : "No case matches what is chosen.";
      const button = app.el("button", { class: "plain", on: { click: () => app.clearFilter() } }, "Clear the filter");
      return app.replace(this.empty, app.el("p", null, words), button);
    }

    placeOf(target) {
      return this.matches.indexOf(Number(target.closest("[data-index]").dataset.index));
    }

    // Makes a row the one the tab key leads to.
    activate(place) {
      if (place === this.active) return;
      const before = this.rows.drawn.get(this.active);
      if (before) before.tabIndex = -1;
      this.active = place;
      this.rows.keep(place).tabIndex = 0;
    }

    focus(place = this.active) {
      if (!this.matches.length) return;
      const at = Math.max(0, Math.min(this.matches.length - 1, place));
      this.rows.reach(at);
      this.activate(at);
      this.rows.keep(at).focus({ preventScroll: true });
    }

    // From the page at large, the first step leads to the row the reader left.
    step(by) {
      this.focus(this.body.contains(document.activeElement) ? this.active + by : this.active);
      this.scroller.scrollIntoView({ block: "nearest" });
    }

    onClick(event) {
      const row = event.target.closest("[data-index]");
      if (row) this.open(Number(row.dataset.index));
    }

    onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const leads = {
        ArrowDown: () => this.active + 1,
        ArrowUp: () => this.active - 1,
        PageDown: () => this.active + this.rows.page,
        PageUp: () => this.active - this.rows.page,
        Home: () => 0,
        End: () => this.matches.length - 1,
      }[event.key];
      if (leads) this.focus(leads());
      else if (event.key === "Enter" || event.key === " ") this.open(this.matches[this.active], { focus: event.key === "Enter" });
      else return;
      event.preventDefault();
    }

    // Marks the case whose call is shown, and brings its row into sight.
    select(index) {
      const place = this.matches.indexOf(index);
      this.rows.drawn.get(this.matches.indexOf(this.current))?.setAttribute("aria-selected", false);
      this.current = index;
      if (place < 0) return;
      this.activate(place);
      this.rows.reach(place);
      this.rows.drawn.get(place).setAttribute("aria-selected", true);
    }

    // The next case that failed, in the order shown; the first where the reader has chosen none. -1: there is none.
    failureAfter(index, by) {
      const places = by > 0 ? this.matches : this.matches.toReversed();
      const start = index < 0 ? 0 : places.indexOf(index) + 1;
      return places.slice(start).find(isFailure) ?? -1;
    }
  }

  app.CaseList = CaseList;
  app.isFailure = isFailure;
}
