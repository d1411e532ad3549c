// Brings the page to life: reads the cases, draws the list, opens what the address names, and listens to the keys.
{
  const WIDE = matchMedia("(min-width: 1100px)");
  // While a search goes on, the list is drawn anew no more often than this.
  const REDRAW_MS = 250;
  // The case the reader chose; the one that is open because it is the first that failed was not chosen.
  let chosen = -1;

  const callPane = () => document.getElementById("call");

  const wanted = ({ call, turn, t }) => ({
    trial: call || undefined,
    turn: turn ? Number(turn) : undefined,
    t: t ? Number(t) : undefined,
  });

  const indexIn = ({ open, call }) => (call ? app.indexOfTrial(call) : app.indexOfCase(open));

  const show = async (index, where) => {
    if (index !== app.list.current) callPane().scrollTop = 0;
    app.list.select(index);
    await app.openCase(index, where);
  };

  // Opens a case because the reader said so: at the words that were searched for, where its transcript has them.
  const open = async (index, { focus = false } = {}) => {
    chosen = index;
    const { trial = "", turn = "" } = app.list.hits.get(index) ?? {};
    app.state.set({ open: app.rows.anchor[index], call: trial, turn: String(turn) });
    app.say(`${app.rows.title[index]}, ${app.rows.outcome[index]}, is open`);
    await show(index, { ...wanted({ call: trial, turn }), focus });
    if (focus || !WIDE.matches) callPane().scrollIntoView({ block: WIDE.matches ? "nearest" : "start" });
  };

  // What an address leads to; an address that names no case leaves the first failure open, quietly.
  const follow = async (state) => {
    const index = indexIn(state);
    if (index >= 0) {
      chosen = index;
      await show(index, wanted(state));
      callPane().scrollIntoView({ block: WIDE.matches ? "nearest" : "start" });
      return;
    }
    if (state.open || state.call) app.list.controls.note("The link names a case this page does not have. ");
    chosen = -1;
    const first = app.list.failureAfter(-1, 1);
    if (app.rows.count) await show(first < 0 ? 0 : first, { quiet: true });
  };

  // Draws what a search has found so far; the search goes on adding to its own.
  const drawHits = (hits) => {
    app.list.hits = new Map(hits);
    app.list.refresh(app.state.get());
  };

  const search = async (query) => {
    app.list.hits = new Map();
    app.list.controls.note("");
    const terms = app.termsOf(query);
    if (!terms.length) return app.stopSearching();
    const total = app.rows.count.toLocaleString("en");
    let [drawn, found] = [performance.now(), app.list.hits];
    const isComplete = await app.searchTranscripts(terms, (hits, searched) => {
      found = hits;
      app.list.controls.note(`searched ${searched.toLocaleString("en")} of ${total} cases `);
      if (hits.size === app.list.hits.size || performance.now() - drawn < REDRAW_MS) return;
      drawHits(hits);
      drawn = performance.now();
    });
    if (!isComplete) return undefined;
    drawHits(found);
    app.list.controls.note("transcripts included ");
    return app.say(`${app.list.matches.length.toLocaleString("en")} cases found`);
  };

  const LISTED = ["q", "sort", "outcome", "moved", "tag", "persona", "suite", "engine"];

  const onState = (state, { changed, navigated }) => {
    if (changed.has("q")) search(state.q);
    if (LISTED.some((name) => changed.has(name))) app.list.refresh(state);
    if (navigated && ["open", "call", "turn", "t"].some((name) => changed.has(name))) follow(state);
  };

  const openFailure = (by) => {
    const index = app.list.failureAfter(chosen, by);
    if (index < 0) app.say(by > 0 ? "no further failure in this list" : "no failure before this one");
    else open(index, { focus: true });
  };

  const leave = () => {
    if (callPane().contains(document.activeElement) || !WIDE.matches) app.list.scroller.scrollIntoView({ block: "nearest" });
    app.list.focus();
  };

  const listenToKeys = () => {
    app.onKey({ keys: ["j"], shown: ["j", "↓"], does: "next case in the list" }, () => app.list.step(1));
    app.onKey({ keys: ["k"], shown: ["k", "↑"], does: "case before it" }, () => app.list.step(-1));
    app.onKey({ keys: [], shown: ["Enter"], does: "open the case" });
    app.onKey({ keys: ["n"], does: "open the next failure" }, () => openFailure(1));
    app.onKey({ keys: ["p"], does: "open the failure before" }, () => openFailure(-1));
    app.onKey({ keys: ["/"], does: "search" }, () => document.getElementById("search").focus());
    app.onKey({ keys: ["Escape"], shown: ["Esc"], does: "back to the list; in the search: empty it" }, leave);
    app.onKey({ keys: ["?"], does: "this list of keys" }, () => app.showKeys());
  };

  const start = async (host) => {
    await app.readRows();
    app.list = new app.CaseList(host, open);
    app.list.refresh(app.state.get());
    performance.mark("first-rows");
    listenToKeys();
    app.onState(onState);
    if (app.state.get().q) search(app.state.get().q);
    performance.mark("interactive");
    await follow(app.state.get());
  };

  const host = document.getElementById("list");
  if (host) {
    start(host).catch((error) => {
      const words = "The cases could not be read. A browser from 2023 or later is needed; verdict.json and report.md say the same in text.";
      app.replace(host, app.el("p", { class: "empty" }, words, app.el("br"), app.el("span", { class: "muted" }, String(error))));
    });
  }
}
