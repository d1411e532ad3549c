// The same case with the version compared with: which call of it belongs to this one, and where the same moment is.
{
  const el = app.el;
  // Two turns of a caller mean the same when they share at least this much of their words.
  const ALIKE = 0.5;

  const plainWords = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

  const known = new WeakMap();

  // What a turn says, in words; read once for each turn, and compared with every turn of the other side.
  const meant = (turn) => {
    if (!known.has(turn)) known.set(turn, turn.keys ? [turn.keys] : plainWords(app.wholeText(turn.text)));
    return known.get(turn);
  };

  // The words two turns share, of all they have; 1 for equal ones.
  const likeness = (ours, theirs) => {
    const [a, b] = [meant(ours), meant(theirs)];
    if (!a.length && !b.length) return 1;
    const left = new Map();
    for (const word of b) left.set(word, (left.get(word) ?? 0) + 1);
    const shared = a.filter((word) => {
      const count = left.get(word) ?? 0;
      left.set(word, count - 1);
      return count > 0;
    });
    return (2 * shared.length) / (a.length + b.length);
  };

  // The best way to pair two callers' turns without crossing, by how much of their words they share.
  const pairCallers = (ours, theirs) => {
    const best = Array.from({ length: ours.length + 1 }, () => new Float64Array(theirs.length + 1));
    const value = (i, j) => {
      const share = likeness(ours[i], theirs[j]);
      return share >= ALIKE ? share : -1;
    };
    for (let i = ours.length - 1; i >= 0; i -= 1) {
      for (let j = theirs.length - 1; j >= 0; j -= 1) {
        best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], value(i, j) + best[i + 1][j + 1]);
      }
    }
    const pairs = [];
    for (let i = 0, j = 0; i < ours.length && j < theirs.length; ) {
      const share = value(i, j);
      if (share > 0 && best[i][j] === share + best[i + 1][j + 1]) pairs.push([ours[i++], theirs[j++]]);
      else if (best[i][j] === best[i + 1][j]) i += 1;
      else j += 1;
    }
    return pairs;
  };

  const isCaller = (turn) => turn.speaker === "caller";

  // Side by side, in their order: what is alone on its side stands alone; between two caller turns a reply belongs to
  // the reply at the same place.
  const between = (allOurs, allTheirs) => {
    const rows = [];
    const [mine, other] = [[...allOurs], [...allTheirs]];
    while (mine.length || other.length) {
      const [ours, theirs] = [mine[0], other[0]];
      if (ours && theirs && !isCaller(ours) && !isCaller(theirs)) rows.push([mine.shift(), other.shift()]);
      else if (ours && (!theirs || !isCaller(ours) || isCaller(theirs))) rows.push([mine.shift(), null]);
      else rows.push([null, other.shift()]);
    }
    return rows;
  };

  // Rows of [our turn, their turn], either of them null where the other call has no such turn.
  app.alignTurns = (ours, theirs) => {
    const pairs = pairCallers(ours.filter(isCaller), theirs.filter(isCaller));
    const rows = [];
    let [i, j] = [0, 0];
    for (const [mine, other] of pairs) {
      const [nextI, nextJ] = [ours.indexOf(mine), theirs.indexOf(other)];
      rows.push(...between(ours.slice(i, nextI), theirs.slice(j, nextJ)), [mine, other]);
      [i, j] = [nextI + 1, nextJ + 1];
    }
    return [...rows, ...between(ours.slice(i), theirs.slice(j))];
  };

  app.turnDiffers = ([ours, theirs]) => !ours || !theirs || meant(ours).join(" ") !== meant(theirs).join(" ");

  // The call of the version compared with that belongs to a trial: the same attempt, or the first that came about.
  app.before = (record, trial) => {
    const trials = (record.before?.trials ?? []).filter((each) => each.lines || each.audio_href);
    return trials.find((each) => each.attempt === trial.attempt) ?? trials[0] ?? null;
  };

  const lengthOf = (trial) => trial.timeline?.duration_ms / 1000 || 0;

  const turnAt = (trial, now) => app.turnsOf(trial).findLast((turn) => Number(turn.start_s) <= now + 0.05) ?? null;

  // A caller says the same in both calls, and is as far in both; an answer that may be another one is heard whole.
  const placeIn = (turn, other, now) => {
    if (!isCaller(turn)) return Number(other.start_s);
    const share = Math.min(1, (now - turn.start_s) / (turn.end_s - turn.start_s || 1));
    return Number(other.start_s) + Math.max(0, share) * (other.end_s - other.start_s);
  };

  // Where the other call is at the moment `now` of this one: in the same turn, or, where it has no such turn, at the
  // same share of its length.
  app.sameMoment = (from, to, now) => {
    const turn = turnAt(from, now);
    const rows = app.alignTurns(app.turnsOf(from), app.turnsOf(to));
    const same = turn && rows.find(([ours]) => ours === turn)?.[1];
    if (same) return { at: placeIn(turn, same, now), turn: same };
    const at = lengthOf(from) ? (now / lengthOf(from)) * lengthOf(to) : 0;
    return { at, turn: turnAt(to, at) };
  };

  const isOurs = () => app.open.shown === app.open.trial;

  const nameOf = (shown) => (shown === app.open.trial ? app.names().now : app.names().before);

  const verb = (trial) => (trial.audio_href ? "Listening to" : "Reading");

  // What was listened to goes on at the other side; what stood still stands still there.
  const moveTo = (other, place) => {
    const wasPlaying = app.open.player.isPlaying();
    const returning = other === app.open.trial;
    const hadButton = document.activeElement.matches(".side-switch");
    app.showTrial(app.open.trial, other);
    if (wasPlaying) app.open.player.playFrom(place.at);
    else app.open.player.seek(place.at);
    const where = place.turn ? `, turn ${place.turn.number}` : "";
    app.say(`${verb(other)} ${nameOf(other)} at ${app.clock(place.at)}${where}.`);
    if (!returning && !other.audio_href) document.getElementById(place.turn?.id)?.scrollIntoView({ block: "center" });
    // What had the focus is gone with the other call; keys go on from the button that was pressed, or from the title.
    if (document.activeElement === document.body) document.querySelector(hadButton ? "#call .side-switch" : "#call h3").focus({ preventScroll: true });
  };

  // Leads to the same moment of the other version's call and back.
  app.switchSide = () => {
    const { record, trial, shown, player } = app.open;
    const other = isOurs() ? app.before(record, trial) : trial;
    if (other) moveTo(other, app.sameMoment(shown, other, player.now()));
  };

  app.sideButton = () => {
    if (!app.open || !app.before(app.open.record, app.open.trial)) return null;
    const other = isOurs() ? app.before(app.open.record, app.open.trial) : app.open.trial;
    const does = `${other.audio_href ? "Hear" : "Read"} ${nameOf(other)} at this moment `;
    return el("button", { type: "button", class: "side-switch", on: { click: app.switchSide } },
      app.hidden("⇄ "), does, el("kbd", { "aria-hidden": "true" }, "b"));
  };

  // Says whose call is on show while it is not the page's own.
  app.sideNote = () =>
    isOurs() ? null : el("p", { class: "side-note" }, app.hidden("⇄ "), `${verb(app.open.shown)} `, el("strong", null, nameOf(app.open.shown)), ", the baseline's call of this case.");
}
