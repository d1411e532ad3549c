// Plays recordings from where the reader points, and opens what a link leads to. The page reads well without it.
"use strict";
(() => {
  const audioOf = (element) => element.closest("[data-trial]")?.querySelector("audio");

  // Recordings are not fetched before they are asked for, so a place can only be taken once the length is known.
  const playFrom = (audio, seconds) => {
    const start = () => {
      audio.currentTime = seconds;
      audio.play().catch(() => {});
    };
    if (audio.readyState > 0) return start();
    audio.addEventListener("loadedmetadata", start, { once: true });
    audio.load();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (button) {
      const audio = audioOf(button);
      if (audio) playFrom(audio, Number(button.dataset.seek));
      return;
    }
    const picture = event.target.closest(".timeline.playable svg[role=img]");
    if (picture) {
      const box = picture.getBoundingClientRect();
      const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
      playFrom(audioOf(picture), share * Number(picture.parentElement.dataset.duration));
    }
  });

  const follow = (audio) => {
    const trial = audio.closest("[data-trial]");
    const now = audio.currentTime;
    const line = trial.querySelector(".playhead");
    const timeline = trial.querySelector(".timeline");
    if (line && timeline) {
      line.classList.remove("idle");
      const at = `${Math.min(100, (now / Number(timeline.dataset.duration)) * 100)}%`;
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
    }
    for (const turn of trial.querySelectorAll(".turn")) {
      turn.classList.toggle("now", now >= Number(turn.dataset.start) && now < Number(turn.dataset.end));
    }
  };

  for (const audio of document.querySelectorAll("audio")) {
    audio.addEventListener("timeupdate", () => follow(audio));
    audio.addEventListener("seeked", () => follow(audio));
    audio.addEventListener("play", () => {
      for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
    });
    audio.addEventListener("error", () => {
      audio.closest("[data-trial]").querySelector(".audio-error").hidden = false;
    });
  }

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView({ block: "start" });
  };
  window.addEventListener("hashchange", reveal);
  // A second click on the same link changes no hash, and must still lead somewhere.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  reveal();

  // Paper shows everything; what the reader had closed is closed again afterwards.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.case:not([open]), details.trial:not([open])")];
    for (const details of closed) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
})();
