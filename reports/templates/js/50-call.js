// One case and one of its calls, drawn into `#call` when it is opened: what it came to, why, and the way to hear it.
{
  const el = app.el;
  const BEFORE = { passed: "passed", failed: "failed", inconclusive: "was inconclusive", error: "ended in an error" };
  let latest = 0;

  // What is open: { index, record, trial, shown, player }; `shown` is the trial, or the same one of the baseline.
  app.open = null;

  const place = () => document.getElementById("call");

  app.names = () => ({ now: place().dataset.label || "this version", before: place().dataset.reference || "the baseline" });

  const hasReference = () => Boolean(place().dataset.reference);

  app.trialsOf = (record) => [...(record.trials ?? []), ...(record.discarded ?? [])];

  const firstBad = (record) =>
    (record.trials ?? []).find((trial) => trial.outcome !== "passed") ?? app.trialsOf(record)[0];

  app.titleOf = (trial) => `Trial ${trial.attempt}${trial.repeat ? `, repeat ${trial.repeat}` : ""}`;

  const movement = (record) =>
    record.movement ? el("span", { class: `move ${record.movement}` }, app.hidden(`${app.MOVES[record.movement] ?? "◆"} `), record.movement) : null;

  const aboutCase = (record) => {
    const known = record.snapshot;
    if (!known) return null;
    return [
      el("p", { class: "lead" }, app.bdi(known.description || "No description.")),
      el("p", { class: "muted" }, "Caller: ", el("strong", null, app.bdi(known.persona ?? "")),
        known.manner ? [", ", app.bdi(known.manner)] : null,
        ` · suite ${record.suite}`, record.engine_model ? ` · ${record.engine_model}` : null,
        (known.tags ?? []).map((tag) => [" ", el("span", { class: "tag" }, tag)])),
    ];
  };

  const heading = (record) => [
    el("div", { class: "call-title" }, app.badge(record.outcome),
      el("h3", { tabindex: "-1" }, app.breakable(record.title)),
      movement(record),
      record.is_baseline && hasReference() ? el("span", { class: "tag" }, "baseline here") : null,
      (record.notes ?? []).map((note) => el("span", { class: "tag" }, note)),
      el("span", { class: "muted case-rule" }, record.rule)),
    aboutCase(record),
    record.movement_before
      ? el("p", { class: "muted" }, `With ${app.names().before} this case ${BEFORE[record.movement_before]}.`)
      : null,
    app.reasons(record.reasons),
    app.reasons(record.discarded_lines, "discarded"),
  ];

  const trialHead = (trial, record) =>
    el("p", { class: "trial-head" }, app.badge(trial.outcome), el("strong", null, app.titleOf(trial)),
      (record.discarded ?? []).includes(trial) ? el("span", { class: "tag" }, "discarded") : null,
      trial.invalid_kind ? el("span", { class: "tag" }, `invalid: ${trial.invalid_kind.replaceAll("_", " ")}`) : null,
      el("span", { class: "muted" }, (trial.facts ?? []).join(" · ")));

  const evidence = (trial, playable) => [
    trial.blames ? app.blames(trial.blames, playable) : null,
    trial.findings ? app.findings(trial.findings, playable) : null,
    trial.checks ? app.checks(trial.checks, "About the whole call", playable) : null,
  ];

  const folded = (trial) => [
    trial.chains ? app.chains(trial.chains) : null,
    trial.sound ? app.sound(trial.sound) : null,
    trial.carried ? app.carried(trial.carried) : null,
    trial.kept ? app.kept(trial.kept) : null,
    trial.summary ? app.summary(trial.summary) : null,
    trial.audit ? app.audit(trial.audit) : null,
    trial.measurements ? app.measured(trial.measurements) : null,
  ];

  // `player` and what leads to the baseline's call are left out on paper.
  const trialParts = (trial, record, player = null) => [
    player && app.sideNote(),
    trialHead(trial, record),
    JSON.stringify(trial.reasons) === JSON.stringify(record.reasons) ? null : app.reasons(trial.reasons),
    trial.timeline ? app.waveform(trial) : null,
    player?.node,
    !trial.audio_href && trial.audio_missing ? el("p", { class: "empty" }, trial.audio_missing) : null,
    player && trial.timeline ? app.timelineTable(trial) : null,
    evidence(trial, player !== null && Boolean(trial.audio_href)),
    player && app.compared(record, trial),
    app.transcript(trial),
    folded(trial),
  ];

  // A case with all its calls, for paper.
  app.flatCase = (record) =>
    el("article", { class: `case ${record.outcome}` }, heading(record),
      app.trialsOf(record).map((trial) => el("div", { class: "trial" }, trialParts(trial, record))));

  const drawTrial = (shown) => {
    app.open.player?.stop();
    app.open.shown = shown;
    app.open.player = app.makePlayer(shown, app.sideButton());
    const panel = app.open.panels.get(app.open.trial.id);
    for (const [id, each] of app.open.panels) {
      each.hidden = each !== panel;
      if (each !== panel) each.replaceChildren();
      app.open.tabs.get(id)?.setAttribute("aria-selected", String(each === panel));
      app.open.tabs.get(id)?.setAttribute("tabindex", each === panel ? "0" : "-1");
    }
    app.replace(panel, ...trialParts(shown, app.open.record, app.open.player).flat(Infinity).filter(Boolean));
    panel.classList.toggle("other-side", shown !== app.open.trial);
    app.open.player.attach(panel);
  };

  // Shows a trial of the open case, or in its place the same one of the baseline.
  app.showTrial = (trial, shown = trial) => {
    app.open.trial = trial;
    drawTrial(shown);
  };

  const tabsOf = (record) => {
    const trials = app.trialsOf(record);
    const tabs = new Map();
    if (trials.length < 2) return { tabs, list: null };
    for (const trial of trials) {
      const open = () => app.openCase(app.open.index, { trial: trial.id, focus: false });
      tabs.set(trial.id, el("button", { type: "button", role: "tab", id: `tab-${trial.id}`, "aria-controls": trial.id, on: { click: open } },
        el("span", { class: `${trial.outcome}-ink`, "aria-hidden": "true" }, `${app.SYMBOLS[trial.outcome]} `),
        app.titleOf(trial), app.sr(`: ${trial.outcome}`)));
    }
    const list = el("div", { role: "tablist", "aria-label": "Trials of this case", class: "tabs", on: { keydown: walkTabs } }, [...tabs.values()]);
    return { tabs, list };
  };

  const walkTabs = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...event.currentTarget.children];
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    event.preventDefault();
    event.stopPropagation();
    next.click();
    next.focus();
  };

  const drawCase = (index, record) => {
    const { tabs, list } = tabsOf(record);
    const panels = new Map(app.trialsOf(record).map((trial) => [
      trial.id,
      el("div", { class: "trial", id: trial.id, "data-trial": true, role: list ? "tabpanel" : null, "aria-labelledby": list ? `tab-${trial.id}` : null, hidden: true }),
    ]));
    app.open?.player?.stop();
    app.open = { index, record, trial: null, shown: null, player: null, tabs, panels };
    const card = el("article", { class: `case ${record.outcome}` }, heading(record), list, [...panels.values()]);
    app.replace(place(), card);
  };

  // Opens case `index` of the rows. where: { trial: its id, turn: from 1, t: seconds }; without a moment, the call
  // waits two seconds before what failed. `quiet`: as the page opens, when nobody has asked for this call yet.
  app.openCase = async (index, where = {}) => {
    latest += 1;
    const mine = latest;
    if (app.open?.index !== index) {
      const record = await app.record(index);
      // The reader may have gone on to another case while this one was unpacked.
      if (mine !== latest) return;
      drawCase(index, record);
    }
    const { record, trial, shown } = app.open;
    const wanted = app.trialsOf(record).find((each) => each.id === where.trial) ?? trial ?? firstBad(record);
    if (!wanted) return;
    if (shown !== wanted) app.showTrial(wanted);
    if (!where.quiet) app.state.set({ call: wanted.id });
    app.goTo(where);
  };
}
