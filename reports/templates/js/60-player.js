// The recording of the open call: where it stands, on the picture, in the transcript and as a caption.
{
  const el = app.el;
  const LEAD_S = 2;
  const SPEEDS = ["0.75", "1", "1.25", "1.5", "2"];

  const spokenAt = (turns, now) => turns.filter((turn) => now >= Number(turn.start_s) && now < Number(turn.end_s));

  // Two seconds before what failed: the first failed turn, else the words a failed check quotes, else the finding.
  app.evidenceAt = (trial) => {
    if (trial.first_failed) return Number(trial.first_failed.hear_from_s);
    const turns = new Map(app.turnsOf(trial).map((turn) => [turn.id, Number(turn.start_s)]));
    const failed = (trial.checks ?? []).filter((check) => check.word === "failed");
    const quotes = failed.flatMap((check) => check.quotes ?? []).filter((each) => turns.has(each.anchor));
    const timed = [...failed.map((check) => check.blame ?? {}), ...(trial.blames ?? []), ...(trial.findings ?? [])];
    const at = [...quotes.map((each) => turns.get(each.anchor)), ...timed.filter((each) => each.start_s).map((each) => Number(each.start_s))];
    return at.length ? Math.max(0, at[0] - LEAD_S) : null;
  };

  const lengthOf = (trial) => (trial.timeline ? trial.timeline.duration_ms / 1000 : 0);

  const controls = (trial, act) => {
    const evidence = app.evidenceAt(trial);
    return {
      toggle: el("button", { type: "button", class: "play", "aria-label": "Play", title: "Space", on: { click: act.toggle } }, app.hidden("▶")),
      clock: el("span", { class: "now-clock" }, app.clock(0)),
      range: el("input", {
        type: "range", min: 0, max: lengthOf(trial).toFixed(1), step: 0.1, value: 0,
        "aria-label": "Position in the call", on: { input: (event) => act.seek(Number(event.target.value)) },
      }),
      speed: el("select", { class: "speed", "aria-label": "Speed", on: { change: (event) => act.speed(Number(event.target.value)) } },
        SPEEDS.map((each) => el("option", { value: each, selected: each === "1" }, `${each}×`))),
      hear: evidence === null ? null
        : el("button", { type: "button", class: "hear", "data-seek": evidence.toFixed(3) }, app.hidden("▶ "), trial.first_failed ? "Hear the failed turn" : "Hear the evidence", " ", el("kbd", { "aria-hidden": "true" }, "h")),
      caption: el("p", { class: "caption", "aria-live": "off" }),
      broken: el("p", { class: "audio-error", hidden: true }, "The recording cannot be played. It should be at ", el("code", null, trial.audio_href), ", beside this page."),
    };
  };

  const captionOf = (turns, now) =>
    spokenAt(turns, now).flatMap((turn, place) => [
      place ? " " : null,
      el("span", { class: `speaker ${turn.speaker === "caller" ? "caller" : "agent"}` }, `${turn.speaker}: `),
      app.bdi(turn.keys ? `pressed ${turn.keys}` : turn.text?.head ?? ""),
    ]);

  // Draws one moment of a call: playhead, clock, slider, the turn that is spoken, and its caption.
  const follower = (trial, parts) => {
    const turns = app.turnsOf(trial);
    let panel = null;
    let captioned = null;
    const caption = (now) => {
      const spoken = spokenAt(turns, now).map((turn) => turn.number).join();
      if (spoken === captioned) return;
      captioned = spoken;
      app.replace(parts.caption, ...captionOf(turns, now));
      for (const item of panel.querySelectorAll(".turns > .turn")) {
        const isNow = now >= Number(item.dataset.start) && now < Number(item.dataset.end);
        item.classList.toggle("now", isNow);
        if (isNow) item.setAttribute("aria-current", "true");
        else item.removeAttribute("aria-current");
      }
    };
    const draw = (now) => {
      const at = `${Math.min(100, (now / (lengthOf(trial) || 1)) * 100)}%`;
      const line = panel.querySelector(".playhead");
      line?.classList.remove("idle");
      line?.setAttribute("x1", at);
      line?.setAttribute("x2", at);
      parts.clock.textContent = `${app.clock(now)} / ${app.clock(lengthOf(trial))}`;
      parts.range.value = now;
      parts.range.setAttribute("aria-valuetext", app.clock(now));
      caption(now);
    };
    return { draw, attach: (to) => { panel = to; } };
  };

  const silent = (trial, beside) => {
    let at = 0;
    return {
      node: beside ? el("div", { class: "player" }, beside) : null, isPlaying: () => false, now: () => at, stop: () => {}, toggle: () => {},
      attach: () => {}, seek: (seconds) => { at = seconds; }, playFrom: () => {}, trial,
    };
  };

  // The player of one trial; without a recording one that keeps its place and says nothing.
  app.makePlayer = (trial, beside) => {
    if (!trial.audio_href) return silent(trial, beside);
    const audio = el("audio", { preload: "none", src: trial.audio_href });
    let waiting = 0;
    const now = () => (audio.readyState > 0 ? audio.currentTime : waiting);
    const remember = () => app.open?.shown === app.open?.trial && app.state.set({ t: now().toFixed(1) });
    const seek = (seconds, { isRemembered = true } = {}) => {
      waiting = Math.max(0, Math.min(seconds, lengthOf(trial) || seconds));
      // Recordings are not fetched before they are asked for, so a place can only be taken once the length is known.
      if (audio.readyState > 0) audio.currentTime = waiting;
      follow.draw(waiting);
      if (isRemembered) remember();
    };
    const start = () => audio.play().catch(() => {});
    const play = () => {
      if (audio.readyState > 0) return start();
      audio.addEventListener("loadedmetadata", () => { audio.currentTime = waiting; start(); }, { once: true });
      audio.load();
    };
    const toggle = () => (audio.paused ? play() : audio.pause());
    const parts = controls(trial, { toggle, seek, speed: (rate) => { audio.playbackRate = rate; } });
    const follow = follower(trial, parts);
    const step = () => {
      follow.draw(now());
      if (!audio.paused) requestAnimationFrame(step);
    };
    const shown = () => {
      parts.toggle.firstChild.textContent = audio.paused ? "▶" : "❚❚";
      parts.toggle.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    };
    const listen = {
      play: () => { shown(); step(); },
      pause: () => { shown(); remember(); },
      seeked: () => follow.draw(now()),
      timeupdate: () => follow.draw(now()),
      error: () => { parts.broken.hidden = false; },
    };
    for (const [event, listener] of Object.entries(listen)) audio.addEventListener(event, listener);
    const node = el("div", { class: "player" },
      el("div", { class: "player-row" }, audio, parts.toggle, parts.range, parts.clock, parts.speed),
      parts.caption, el("div", { class: "player-row" }, parts.hear, beside), parts.broken);
    return {
      node, now, seek, toggle, trial, isPlaying: () => !audio.paused,
      playFrom: (seconds) => { seek(seconds); play(); },
      stop: () => audio.pause(),
      attach: (panel) => { follow.attach(panel); follow.draw(0); },
    };
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
    app.open.player.playFrom(share * lengthOf(app.open.shown));
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
    const picture = event.target.closest(".timeline.playable .picture");
    const link = event.target.closest("a[href^='#']");
    if (button) app.open.player.playFrom(Number(button.dataset.seek));
    else if (picture) fromPicture(event, picture);
    else if (link) fromLink(event, link);
  };
}
