// The recording of the open call: where it stands, on the picture, in the transcript and as a caption.
{
  const el = app.el;
  const SPEEDS = ["0.75", "1", "1.25", "1.5", "2"];

  const spokenAt = (turns, now) => turns.filter((turn) => now >= Number(turn.start_s) && now < Number(turn.end_s));

  const lengthOf = (trial) => (trial.timeline ? trial.timeline.duration_ms / 1000 : 0);

  // In a single file the address of a recording is the recording.
  const whereItIs = (href) =>
    href.startsWith("data:") ? "It is within this page; another browser may be able to." : ["It should be at ", el("code", null, href), ", beside this page."];

  const controls = (trial, act) => {
    const evidence = app.evidenceAt(trial);
    return {
      toggle: el("button", { type: "button", class: "play", "aria-label": "Play", title: "Space", on: { click: act.toggle } }, app.hidden("▶")),
      clock: el("span", { class: "now-clock" }, app.clock(0)),
      range: el("input", {
        type: "range", min: 0, step: 0.1, value: 0,
        "aria-label": "Position in the call", on: { input: (event) => act.seek(Number(event.target.value)) },
      }),
      speed: el("select", { class: "speed", "aria-label": "Speed", on: { change: (event) => act.speed(Number(event.target.value)) } },
        SPEEDS.map((each) => el("option", { value: each, selected: each === "1" }, `${each}×`))),
      hear: evidence === null ? null
        : el("button", { type: "button", class: "hear", "data-seek": evidence.toFixed(3) }, app.hidden("▶ "), trial.hear_from_s ? "Hear the failed turn" : "Hear the evidence", " ", el("kbd", { "aria-hidden": "true" }, "h")),
      caption: el("p", { class: "caption", "aria-live": "off" }),
      broken: el("p", { class: "audio-error", hidden: true }, "The recording cannot be played. ", whereItIs(trial.audio_href)),
    };
  };

  const captionOf = (turns, now) =>
    spokenAt(turns, now).flatMap((turn, place) => [
      place ? " " : null,
      el("span", { class: `speaker ${turn.speaker === "caller" ? "caller" : "agent"}` }, `${turn.speaker}: `),
      app.bdi(turn.keys ? `pressed ${turn.keys}` : turn.text?.head ?? ""),
    ]);

  // Draws one moment of a call: playhead, clock, slider, the turn that is spoken, and its caption.
  const follower = (trial, parts, length) => {
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
      const at = `${Math.min(100, (now / (length() || 1)) * 100)}%`;
      const line = panel.querySelector(".playhead");
      line?.classList.remove("idle");
      line?.setAttribute("x1", at);
      line?.setAttribute("x2", at);
      parts.clock.textContent = `${app.clock(now)} / ${app.clock(length())}`;
      parts.range.max = length().toFixed(1);
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
      attach: () => {}, seek: (seconds) => { at = seconds; }, playFrom: () => {},
    };
  };

  // Where a recording stands and is to stand. Recordings are not fetched before they are asked for, so a place can only
  // be taken once the length is known.
  const transport = (audio, length) => {
    let waiting = 0;
    let isWanted = false;
    const isKnown = () => audio.readyState > 0;
    const start = () => audio.play().catch(() => {});
    audio.addEventListener("loadedmetadata", () => {
      audio.currentTime = waiting;
      // The reader may have left the call while it was fetched.
      if (isWanted) start();
    });
    const play = () => {
      isWanted = true;
      if (isKnown()) start();
      else audio.load();
    };
    const stop = () => {
      isWanted = false;
      audio.pause();
    };
    return {
      now: () => (isKnown() ? audio.currentTime : waiting),
      place: (seconds) => {
        waiting = Math.max(0, Math.min(seconds, length() || seconds));
        if (isKnown()) audio.currentTime = waiting;
        return waiting;
      },
      play,
      stop,
      toggle: () => (audio.paused ? play() : stop()),
    };
  };

  const listen = (audio, { parts, draw, now, remember }) => {
    const showState = () => {
      parts.toggle.firstChild.textContent = audio.paused ? "▶" : "❚❚";
      parts.toggle.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
    };
    // The browser tells the time four times a second; the playhead has to move with the sound.
    const step = () => {
      draw(now());
      if (!audio.paused) requestAnimationFrame(step);
    };
    const listeners = {
      play: () => [showState(), step()],
      pause: () => [showState(), remember()],
      seeked: step,
      error: () => parts.broken.removeAttribute("hidden"),
    };
    for (const [event, listener] of Object.entries(listeners)) audio.addEventListener(event, listener);
  };

  const frame = (audio, parts, beside) =>
    el("div", { class: "player" },
      el("div", { class: "player-row" }, audio, parts.toggle, parts.range, parts.clock, parts.speed),
      parts.caption, el("div", { class: "player-row" }, parts.hear, beside), parts.broken);

  // The player of one trial; without a recording one that keeps its place and says nothing. `beside` stands by its keys.
  app.makePlayer = (trial, beside) => {
    if (!trial.audio_href) return silent(trial, beside);
    const audio = el("audio", { preload: "none", src: trial.audio_href });
    // A call without turns has no picture to tell its length.
    const length = () => lengthOf(trial) || audio.duration || 0;
    const { now, place, play, stop, toggle } = transport(audio, length);
    const parts = controls(trial, { toggle, seek: (seconds) => player.seek(seconds), speed: (rate) => { audio.playbackRate = rate; } });
    const follow = follower(trial, parts, length);
    // The address names the page's own call: a moment of the baseline's, or of one that was left, is none of its.
    const remember = () => {
      const isOnShow = app.open?.player === player && app.open.shown === app.open.trial;
      if (isOnShow) app.state.set({ t: now().toFixed(1) });
    };
    const player = {
      node: frame(audio, parts, beside), now, toggle, stop,
      seek: (seconds, { isRemembered = true } = {}) => {
        follow.draw(place(seconds));
        if (isRemembered) remember();
      },
      playFrom: (seconds) => [player.seek(seconds), play()],
      isPlaying: () => !audio.paused,
      attach: (panel) => [follow.attach(panel), follow.draw(0)],
    };
    listen(audio, { parts, draw: follow.draw, now, remember });
    return player;
  };
}
