// A call as a picture on its own clock: caller above, agent below, and a mark for everything worth finding. The same
// moments as a table of words, for those who do not see the picture.
{
  const { el, svg } = app;
  const GLYPHS = {
    tool_called: "⚙", tool_returned: "⚙", dtmf_received: "#", connecting: "☎", connected: "☎", connect_ended: "☎",
    fault_injected: "⚑", service_failed: "✗", pipeline_ended: "✗",
  };
  const MEANINGS = {
    "✂": "cut off", "⚙": "tool", "#": "keys", "☎": "transfer", "⚑": "fault the case asked for", "✗": "failure", "…": "silence",
    "❝": "quoted by a check", "!": "finding", "•": "event",
  };
  const ROW = 20;
  // Marks closer than this share of the call would cover each other on a phone.
  const APART = 5;
  const MOST_ROWS = 3;
  const LANE = 46;

  const lengthOf = (trial) => trial.timeline.duration_ms / 1000;
  const share = (seconds, trial) => `${Math.min(100, Math.max(0, (seconds / lengthOf(trial)) * 100)).toFixed(2)}%`;

  const happened = (trial) =>
    app.happeningsOf(trial).map((each) => ({
      s: Number(each.start_s), who: "", what: each.detail ? `${each.words}: ${each.detail}` : each.words,
      title: each.words, glyph: GLYPHS[each.kind] ?? "•", tone: each.tone,
    }));

  const pressed = (trial) =>
    app.turnsOf(trial).filter((turn) => turn.keys).map((turn) => {
      const what = `the caller pressed ${turn.keys}`;
      return { s: Number(turn.start_s), who: "caller", what, title: what, glyph: "#", tone: "plain", inTurn: true };
    });

  const cuts = (trial) =>
    (trial.timeline.cuts ?? []).map((cut) => {
      const what = "the caller cut the agent off";
      return { s: cut.at_ms / 1000, who: "caller", what, title: what, glyph: "✂", tone: "bad" };
    });

  const interruptions = (trial) =>
    app.turnsOf(trial).filter((turn) => turn.interrupted && turn.speaker === "caller").map((turn) => {
      const what = "the agent cut the caller off";
      return { s: Number(turn.end_s), who: "agent", what, title: what, glyph: "✂", tone: "bad" };
    });

  const silences = (trial) =>
    (trial.timeline.silences ?? []).map((gap) => {
      const what = `nobody speaks for ${gap.label}`;
      return { s: (gap.start_ms ?? 0) / 1000, who: "", what, title: what, glyph: "…", tone: "asked" };
    });

  const quoted = (trial) => {
    const turns = new Map(app.turnsOf(trial).map((turn) => [turn.id, turn]));
    return (trial.checks ?? []).flatMap((check) =>
      (check.quotes ?? []).filter((each) => turns.has(each.anchor)).map((each) => {
        const what = `quoted for “${check.text ?? ""}” (${check.word}): ${each.text ?? ""}`;
        return { s: Number(turns.get(each.anchor).start_s), who: "judge", what, title: what, glyph: "❝", tone: check.word === "failed" ? "bad" : "quote" };
      }));
  };

  const explained = (trial) =>
    (trial.findings ?? []).filter((each) => each.start_s).map((each) => ({
      s: Number(each.start_s), who: "", what: `${each.title}: ${each.what ?? ""}`, title: each.title, glyph: "!", tone: "bad",
    }));

  // Everything beside speech that the picture marks, in order of time.
  app.marks = (trial) =>
    [happened, pressed, cuts, interruptions, silences, quoted, explained]
      .flatMap((find) => find(trial)).sort((a, b) => a.s - b.s);

  const placed = (marks, trial) => {
    const ends = [];
    return marks.map((mark) => {
      const at = Math.min(100, (mark.s / lengthOf(trial)) * 100);
      const free = ends.findIndex((end) => at - end >= APART);
      const row = free >= 0 ? free : Math.min(ends.length, MOST_ROWS - 1);
      ends[row] = at;
      return { ...mark, at: `${at.toFixed(2)}%`, row };
    });
  };

  const markOf = (mark, top) =>
    svg("g", { class: `mark-at ${mark.tone}` }, svg("title", null, `${app.clock(mark.s)} ${mark.title}`),
      svg("line", { x1: mark.at, x2: mark.at, y1: mark.row * ROW + 18, y2: top + 2 * LANE }),
      svg("circle", { cx: mark.at, cy: mark.row * ROW + 10, r: 8 }),
      svg("text", { x: mark.at, y: mark.row * ROW + 14 }, mark.glyph));

  const spanOf = (turn, trial, top) => {
    const side = turn.speaker === "caller" ? "caller" : "agent";
    const y = side === "caller" ? top : top + LANE;
    return svg("rect", { class: `span ${side}${turn.failed ? " failed" : ""}`, y, x: share(turn.start_s, trial), width: share(turn.end_s - turn.start_s, trial), height: LANE - 2, rx: 4 },
      svg("title", null, `turn ${turn.number}${turn.failed ? ", failed" : ""}`));
  };

  const waveOf = (side, path, y, bins) =>
    svg("svg", { x: 0, y, width: "100%", height: 40, viewBox: `0 0 ${bins} 40`, preserveAspectRatio: "none" },
      svg("path", { class: `wave ${side}`, d: path ?? "" }));

  const silenceOf = (gap, trial, top) =>
    svg("rect", { class: "silence", x: share(gap.start_ms / 1000, trial), width: share(gap.quiet_ms / 1000, trial), y: top, height: 2 * LANE - 2 }, svg("title", null, `${gap.label} of silence`));

  // A label close to the right edge would be cut off.
  const ticksOf = (trial) => {
    const ticks = [];
    for (let second = 0; second <= lengthOf(trial) * 0.95; second += trial.timeline.tick_s) ticks.push(second);
    return ticks;
  };

  const tickOf = (second, trial, bottom) => {
    const at = share(second, trial);
    return [
      svg("line", { class: "tick", x1: at, x2: at, y1: bottom, y2: bottom + 4 }),
      svg("text", { class: `tick${second ? "" : " first"}`, x: at, y: bottom + 16 }, app.clock(second).slice(0, -2)),
    ];
  };

  const legend = (marks) => {
    const glyphs = [...new Set(marks.map((mark) => mark.glyph))];
    if (!glyphs.length) return null;
    return el("p", { class: "muted mark-legend", "aria-hidden": "true" },
      glyphs.map((glyph) => el("span", null, el("b", null, glyph), ` ${MEANINGS[glyph]}`)));
  };

  app.waveform = (trial) => {
    const line = trial.timeline;
    const marks = placed(app.marks(trial), trial);
    const top = marks.length ? (Math.max(...marks.map((mark) => mark.row)) + 1) * ROW + 2 : 0;
    const bottom = top + 2 * LANE;
    const lanes = el("div", { class: "lanes", "aria-hidden": "true", style: { "padding-top": `${top}px` } }, el("span", null, "caller"), el("span", null, "agent"));
    const picture = svg("svg", { class: "call-picture", width: "100%", height: bottom + 20, role: "img", "aria-label": line.summary },
      (line.silences ?? []).map((gap) => silenceOf(gap, trial, top)),
      app.turnsOf(trial).map((turn) => spanOf(turn, trial, top)),
      waveOf("caller", line.caller_path, top + 2, line.bins), waveOf("agent", line.agent_path, top + LANE + 2, line.bins),
      ticksOf(trial).map((second) => tickOf(second, trial, bottom)),
      marks.map((mark) => markOf(mark, top)),
      trial.audio_href ? svg("line", { class: "playhead idle", x1: "0%", x2: "0%", y1: 0, y2: bottom }) : null);
    return el("div", { class: `timeline${trial.audio_href ? " playable" : ""}` }, lanes, picture, legend(marks));
  };

  const toldRow = (each, playable) =>
    app.rowOf(app.moment(app.clock(each.s), each.s.toFixed(3), { playable, what: each.title }),
      el("td", null, each.who), el("td", null, app.bdi(each.what)));

  const spokenMoments = (trial) =>
    app.turnsOf(trial).map((turn) => ({
      s: Number(turn.start_s), who: turn.speaker, title: `turn ${turn.number}`,
      what: turn.keys ? `the caller pressed ${turn.keys}` : app.wholeText(turn.text) || "(no words)",
    }));

  // Drawn when it is opened: it says everything the transcript says once more.
  app.timelineTable = (trial) => {
    const table = el("details", { class: "kept as-text" }, el("summary", null, "Timeline as text"));
    table.addEventListener("toggle", () => {
      if (!table.open || table.children.length > 1) return;
      const moments = [...spokenMoments(trial), ...app.marks(trial).filter((mark) => !mark.inTurn)].sort((a, b) => a.s - b.s);
      table.append(app.wide("Timeline as text", ["time", "who", "what"],
        moments.map((each) => toldRow(each, Boolean(trial.audio_href)))));
    });
    return table;
  };
}
