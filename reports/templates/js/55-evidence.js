// What explains a call: the part that failed, findings with their fix, and the way of each value.
{
  const el = app.el;

  app.blame = (blame, playable) =>
    el("span", { class: "blame", "data-part": blame.part },
      el("span", { class: "blame-part", title: blame.help }, el("strong", null, blame.part),
        blame.alternatives ? ` ${blame.alternatives}` : null),
      " ", app.bdi(blame.evidence ?? ""),
      blame.clock ? [" ", app.moment(blame.clock, blame.start_s, { playable, what: blame.part })] : null);

  app.blames = (blames, playable) =>
    el("div", { class: "blames" },
      el("p", { class: "checks-title" }, "Which part failed"),
      el("ul", null, blames.map((blame) =>
        el("li", null, app.blame(blame, playable), " ", el("span", { class: "muted" }, blame.check)))));

  const told = (name, words) => el("div", null, el("dt", null, name), el("dd", null, words));

  const finding = (each, playable) =>
    el("li", { class: "finding", "data-finding": each.name },
      el("p", { class: "finding-title" }, el("strong", null, each.title),
        each.clock ? [" ", app.moment(each.clock, each.start_s, { playable, what: each.title })] : null,
        " ", el("span", { class: "tag", title: "who has to act" }, `where: ${each.whose}`)),
      el("dl", null, told("Seen", app.bdi(each.what ?? "")), told("Cause", each.cause), told("Fix", each.fix)));

  app.findings = (findings, playable) =>
    el("ul", { class: "findings", "aria-label": "What explains this call" },
      findings.map((each) => finding(each, playable)));

  const WAYS = { held: ["✓", "held: "], broken: ["✗", "lost: "] };

  const chainText = (cell) =>
    cell.anchor ? el("a", { href: `#${cell.anchor}` }, app.bdi(cell.text ?? "")) : app.bdi(cell.text ?? "");

  const chainCell = (cell) => {
    const names = `${cell.state}${cell.is_first_break ? " first-break" : ""}`;
    if (cell.state === "open") return el("td", { class: names }, app.hidden("–"), ` ${cell.text ?? ""}`);
    const [glyph, word] = WAYS[cell.state] ?? WAYS.broken;
    return el("td", { class: names }, app.hidden(glyph), app.sr(word), " ", chainText(cell),
      cell.is_first_break ? [" ", el("span", { class: "tag" }, "first break")] : null);
  };

  app.chains = (rows) =>
    el("details", { class: "kept chains", open: true },
      el("summary", null, "The way of each value ",
        el("span", { class: "muted" }, `${rows.length} value${rows.length === 1 ? "" : "s"} the caller told`)),
      app.wide("The way of each value", ["value", "caller said", "platform heard", "agent stored", "agent said back"],
        rows.map((row) => app.rowOf(app.bdi(row.value), row.cells.map(chainCell)))));
}
