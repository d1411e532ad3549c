// Paper: the cases the list shows, one below the other with all their calls. A browser prints at once when it is told to,
// so that they are read beforehand, while the reader does something else.
{
  const MOST = app.MOST_PRINTED;
  const CALM_MS = 400;
  const paper = app.el("div", { class: "paper" });
  let records = [];
  let latest = 0;

  const read = async (matches) => {
    const mine = latest;
    const found = [];
    for (const index of matches) {
      found.push(await app.record(index));
      if (mine !== latest) return;
    }
    records = found;
  };

  let waiting = 0;

  // Takes the cases that would be printed now; where they are too many, their rows are.
  app.preparePaper = (matches) => {
    latest += 1;
    records = [];
    clearTimeout(waiting);
    if (matches.length <= MOST) waiting = setTimeout(() => read(matches), CALM_MS);
  };

  const draw = (shown) => {
    const panes = document.querySelector(".panes");
    if (!panes) return;
    panes.append(paper);
    panes.classList.toggle("on-paper", shown.length > 0);
    app.replace(paper, shown.map(app.flatCase));
  };

  window.addEventListener("beforeprint", () => draw(records));
  window.addEventListener("afterprint", () => draw([]));
}
