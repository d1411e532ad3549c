// Ways to a moment of the open call: the evidence, a turn, a second, a place on the picture, a link.
{
  const LEAD_S = 2;

  // Two seconds before what failed: the first failed turn, else the words a failed check quotes, else the finding.
  app.evidenceAt = (trial) => {
    if (trial.hear_from_s) return Number(trial.hear_from_s);
    const turns = new Map(app.turnsOf(trial).map((turn) => [turn.id, Number(turn.start_s)]));
    const failed = (trial.checks ?? []).filter((check) => check.word === "failed");
    const quotes = failed.flatMap((check) => check.quotes ?? []).filter((each) => turns.has(each.anchor));
    const timed = [...failed.map((check) => check.blame ?? {}), ...(trial.blames ?? []), ...(trial.findings ?? [])];
    const at = [...quotes.map((each) => turns.get(each.anchor)), ...timed.filter((each) => each.start_s).map((each) => Number(each.start_s))];
    return at.length ? Math.max(0, at[0] - LEAD_S) : null;
  };

  const toTurn = (turn, quiet = false) => {
    const item = document.getElementById(turn.id);
    if (!item) return;
    app.reveal(item, { quiet });
    if (!quiet) item.focus({ preventScroll: true });
  };

  const secondOf = (shown, asked, t) => {
    if (t !== undefined && t !== "") return Number(t);
    if (asked) return Number(asked.failed ? asked.hear_from_s : asked.start_s);
    return app.evidenceAt(shown) ?? 0;
  };

  // Leads to a moment of the open call without playing: a second, a turn, or two seconds before what failed.
  app.goTo = ({ turn, t, quiet = false, focus = true }) => {
    const { player, shown } = app.open;
    const asked = app.turnsOf(shown).find((each) => each.number === Number(turn));
    const second = secondOf(shown, asked, t);
    if (Math.abs(player.now() - second) > 0.05) player.seek(second, { isRemembered: !quiet && Boolean(t) });
    if (asked) toTurn(asked, quiet);
    else if (!quiet && focus) document.querySelector("#call h3").focus();
  };

  const fromPicture = (event, picture) => {
    const box = picture.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    app.open.player.playFrom((share * app.open.shown.timeline.duration_ms) / 1000);
  };

  // A link to a turn of the call on show leads there by itself; its address may belong to the baseline's page.
  const fromLink = (event, link) => {
    const turn = app.turnsOf(app.open.shown).find((each) => `#${each.id}` === link.getAttribute("href"));
    if (!turn) return;
    event.preventDefault();
    app.open.player.seek(Number(turn.start_s));
    toTurn(turn);
  };

  app.onCallClick = (event) => {
    if (!app.open) return;
    const button = event.target.closest("[data-seek]");
    const picture = event.target.closest(".timeline.playable .call-picture");
    const link = event.target.closest("a[href^='#']");
    if (button) app.open.player.playFrom(Number(button.dataset.seek));
    else if (picture) fromPicture(event, picture);
    else if (link) fromLink(event, link);
  };
}
