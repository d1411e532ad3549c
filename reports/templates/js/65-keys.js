// Keys of the open call.
{
  const withCall = (act) => () => app.open?.player && act(app.open);

  const hear = ({ player, shown }) => {
    const at = app.evidenceAt(shown);
    if (at !== null) player.playFrom(at);
  };

  app.onKey({ keys: [" "], shown: ["space"], does: "play, pause" }, withCall(({ player }) => player.toggle()));
  app.onKey({ keys: ["h"], does: "hear the failure, from 2 s before it" }, withCall(hear));
  app.onKey({ keys: ["b"], does: "the same moment of the baseline's call, and back" }, withCall(() => app.switchSide()));

  document.getElementById("call")?.addEventListener("click", app.onCallClick);
}
