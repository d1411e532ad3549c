// What is folded below a call: how it sounded, what the platform kept, its summary, its own audit, other numbers.
{
  const el = app.el;
  const muted = (words) => el("span", { class: "muted" }, words);

  const soundCell = (cell = {}) => {
    const text = cell.text ?? "";
    if (cell.stands_out) return el("td", { class: "odd" }, app.hidden("⚠"), " ", el("strong", null, text));
    if (text !== "not measured") return el("td", null, text);
    return el("td", null, muted(cell.because ? `${text}: ${cell.because}` : text));
  };

  const standsOut = (rows) => {
    const odd = rows.filter((row) => row.caller?.stands_out || row.agent?.stands_out);
    return odd.map((row) => row.name.toLowerCase()).join(", ") || "nothing stands out";
  };

  app.sound = (sound) =>
    el("details", { class: "kept sound" },
      el("summary", null, "How it sounded ", muted(standsOut(sound.rows ?? []))),
      app.wide("How it sounded", ["measured", "caller", "agent"],
        (sound.rows ?? []).map((row) => app.rowOf(row.name, soundCell(row.caller), soundCell(row.agent)))));

  const lines = (title, items) => [
    el("h4", null, title),
    el("ol", null, items.map((line) =>
      el("li", null,
        el("span", { class: "muted" }, line.clock ? [el("span", { class: "time" }, line.clock), " "] : null, line.who),
        " ", el("div", null, app.folded(line.text))))),
  ];

  const pairs = (title, items) => [
    el("h4", null, title),
    app.wide(title, [], items.map(([name, value]) =>
      app.rowOf(app.breakable(name), el("td", null, app.bdi(value ?? ""))))),
  ];

  const toolRow = (tool) =>
    app.rowOf(tool.name ?? "",
      el("td", null, el("code", null, app.bdi(tool.arguments ?? ""))),
      el("td", null, tool.result ?? "", tool.message ? [" ", el("bdi", { dir: "auto", class: "muted" }, tool.message)] : null));

  const tools = (items) => [
    el("h4", null, "Tool calls"),
    app.wide("Tool calls", ["tool", "arguments", "result"], items.map(toolRow)),
  ];

  const platformSummary = (words) =>
    el("figure", { class: "summary" }, el("figcaption", null, "The platform's summary"),
      el("blockquote", null, app.bdi(words)));

  app.kept = (kept) => [
    (kept.summaries ?? []).map(platformSummary),
    el("details", { class: "kept" },
      el("summary", null, "What the platform kept ", muted(kept.size ?? "")),
      kept.messages ? lines("Messages", kept.messages) : null,
      kept.tools ? tools(kept.tools) : null,
      kept.transcripts ? lines("Transcription", kept.transcripts) : null,
      kept.variables ? pairs("Variables", kept.variables) : null,
      kept.others ? pairs("Everything else", kept.others) : null),
  ];

  app.carried = (carried) =>
    el("details", { class: "kept carried", open: Boolean(carried.notes) },
      el("summary", null, "How the call was carried ", muted(carried.exactness ?? "")),
      carried.notes ? el("ul", null, carried.notes.map((note) => el("li", null, app.bdi(note)))) : null,
      app.wide("How the call was carried", [], (carried.facts ?? []).map(([name, value]) =>
        app.rowOf(name, el("td", null, app.bdi(value))))));

  const toned = (row) =>
    row.tone ? el("span", { class: `${row.tone}-ink` }, `${app.SYMBOLS[row.tone]} ${row.value}`) : row.value;

  app.summary = (summary) =>
    el("details", { class: "kept asked" },
      el("summary", null, "Summary ", muted("against what was said and heard")),
      app.wide("Summary", ["asked", "found", "counted"],
        summary.rows.map((row) =>
          app.rowOf(row.name, el("td", null, toned(row)), el("td", null, app.bdi(row.why ?? ""))))));

  const auditRow = (row) => {
    const odd = { class: row.apart ? "odd" : null };
    return app.rowOf(row.name, el("td", odd, row.theirs), el("td", null, app.bdi(row.reason ?? "")),
      el("td", odd, row.ours), el("td", { class: "muted" }, row.fed_by));
  };

  app.audit = (audit) =>
    el("details", { class: "kept audit" },
      el("summary", null, "The platform's own audit", audit.overall ? [" ", muted(audit.overall)] : null),
      audit.trouble ? el("p", { class: "muted" }, `No marks: ${audit.trouble}.`) : null,
      audit.summary ? el("p", { class: "muted" }, app.bdi(audit.summary)) : null,
      app.wide("The platform's own audit", ["1 to 5", "VoIPBIN", "why", "ours", "from"], (audit.rows ?? []).map(auditRow)));

  app.measured = (pairs) =>
    el("dl", { class: "measured" },
      pairs.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))));
}
