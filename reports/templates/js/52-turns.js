// The transcript: turns and what happened between them in order of time, each turn with its texts and its checks.
{
  const el = app.el;
  const OTHER_SIDE = { caller: "agent" };
  const GLYPHS = { bad: "✗", asked: "⚑" };

  app.reasons = (lines, extra = "") =>
    lines?.length ? el("ul", { class: `reasons ${extra}`.trim() }, lines.map((line) => el("li", null, app.bdi(line)))) : null;

  const spoken = (turn) => {
    if (turn.keys) return [el("span", { class: "muted" }, "pressed"), " ", el("kbd", null, turn.keys)];
    if (turn.text?.head) return app.folded(turn.text);
    return [el("span", { class: "muted" }, "(no words)")];
  };

  const unspoken = (turn) =>
    turn.unspoken ? [" ", el("span", { class: "unspoken" }, app.sr("not played: "), el("s", null, app.bdi(turn.unspoken)))] : null;

  // What the other side heard and what the audio says, only where they differ from what was spoken.
  const otherText = (other) =>
    el("div", { class: "other" }, el("span", { class: "other-label", title: other.help }, other.label), " ",
      other.text ? app.folded(other.text) : app.wordErrors(other.spans ?? []));

  const facts = (turn) => {
    const cut = turn.interrupted
      ? el("span", { class: "cut-label" }, app.hidden("✂ "), `cut off by the ${OTHER_SIDE[turn.speaker] ?? "caller"}`)
      : null;
    if (!turn.latency && !cut) return null;
    return el("p", { class: "turn-facts muted" },
      turn.latency ? el("span", { class: "latency" }, `answered after ${turn.latency}`) : null,
      turn.latency && cut ? " · " : null, cut);
  };

  const turnItem = (turn, trial) => {
    const playable = Boolean(trial.audio_href);
    const side = turn.speaker === "caller" ? "caller" : "agent";
    return el("li", { class: `turn ${side}${turn.failed ? " failed" : ""}`, id: turn.id, tabindex: "-1", "data-start": turn.start_s, "data-end": turn.end_s },
      el("div", { class: "turn-head" },
        app.moment(turn.clock, turn.start_s, { playable, what: `turn ${turn.number}` }),
        el("span", { class: "speaker" }, turn.speaker)),
      el("div", { class: "turn-body" },
        el("div", { class: "spoken" }, spoken(turn), unspoken(turn)),
        (turn.others ?? []).map(otherText),
        facts(turn),
        turn.checks ? app.checks(turn.checks, "", playable) : null,
        turn.failed && playable
          ? el("button", { type: "button", class: "hear", "data-seek": turn.hear_from_s }, app.hidden("▶ "), "Hear it", app.sr(`: turn ${turn.number}`))
          : null));
  };

  const happeningItem = (happening, trial) =>
    el("li", { class: `happening ${GLYPHS[happening.tone] ? happening.tone : ""}`.trim() },
      el("div", { class: "turn-head" },
        app.moment(happening.clock, happening.start_s, { playable: Boolean(trial.audio_href), what: happening.words }),
        el("span", { class: "speaker", "aria-hidden": "true" }, GLYPHS[happening.tone] ?? "•")),
      el("div", { class: "turn-body" }, app.bdi(happening.words),
        happening.detail ? [" ", el("code", null, app.bdi(happening.detail))] : null));

  app.turnsOf = (trial) => (trial.lines ?? []).flatMap((line) => line.turn ?? []);

  app.happeningsOf = (trial) => (trial.lines ?? []).flatMap((line) => line.happening ?? []);

  const hasWordErrors = (trial) => app.turnsOf(trial).some((turn) => (turn.others ?? []).some((other) => other.spans));

  const legend = () =>
    el("p", { class: "muted word-legend" }, "Word errors stand in place: ",
      app.wordErrors([{ kind: "substitute", reference: "eight", hypothesis: "ate" }]), " misheard · ",
      app.wordErrors([{ kind: "delete", reference: "eight" }]), " lost · ",
      app.wordErrors([{ kind: "insert", hypothesis: "the" }]), " added.");

  app.transcript = (trial) => {
    if (!trial.lines) {
      const words = (trial.facts ?? []).length > 1 ? "Nobody spoke in this call." : "There is no transcript.";
      return trial.timeline ? null : el("p", { class: "empty" }, words);
    }
    const lines = trial.lines.map((line) => (line.turn ? turnItem(line.turn, trial) : happeningItem(line.happening, trial)));
    return [hasWordErrors(trial) ? legend() : null, el("ol", { class: "turns", "aria-label": "Transcript" }, lines)];
  };
}
