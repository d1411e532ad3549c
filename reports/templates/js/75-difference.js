// Two transcripts side by side: the same turns on one line, their words that differ marked, the first such turn named.
{
  const el = app.el;
  // Longer pairs of turns are shown whole: aligning them word by word would stop the page for seconds.
  const MOST_STEPS = 4_000_000;

  const plain = (word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  const longestShared = (ours, theirs) => {
    const width = theirs.length + 1;
    const best = new Uint16Array((ours.length + 1) * width);
    for (let i = ours.length - 1; i >= 0; i -= 1) {
      for (let j = theirs.length - 1; j >= 0; j -= 1) {
        best[i * width + j] = ours[i] === theirs[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      }
    }
    return (i, j) => best[i * width + j];
  };

  const stretch = (words, changed) => words.map((word) => ({ word, changed }));

  const aligned = (ours, theirs) => {
    if (ours.length * theirs.length > MOST_STEPS) return [stretch(ours, true), stretch(theirs, true)];
    const [a, b] = [ours.map(plain), theirs.map(plain)];
    const shared = longestShared(a, b);
    const [mine, other] = [[], []];
    let [i, j] = [0, 0];
    while (i < ours.length && j < theirs.length) {
      if (a[i] === b[j]) {
        mine.push({ word: ours[i++], changed: false });
        other.push({ word: theirs[j++], changed: false });
      } else if (shared(i + 1, j) >= shared(i, j + 1)) mine.push({ word: ours[i++], changed: true });
      else other.push({ word: theirs[j++], changed: true });
    }
    return [[...mine, ...stretch(ours.slice(i), true)], [...other, ...stretch(theirs.slice(j), true)]];
  };

  // Words whose fate is the same stand together, so that a changed sentence is one mark and not ten.
  const marked = (steps, tag) => {
    const runs = [];
    for (const { word, changed } of steps) {
      if (runs.at(-1)?.changed === changed) runs.at(-1).words.push(word);
      else runs.push({ changed, words: [word] });
    }
    return runs.map(({ changed, words }, place) => [place ? " " : null, changed ? el(tag, null, words.join(" ")) : words.join(" ")]);
  };

  const wordsOf = (turn) => {
    if (!turn) return [];
    return (turn.keys ? `(pressed ${turn.keys})` : app.wholeText(turn.text)).split(/\s+/).filter(Boolean);
  };

  const cell = (turn, steps, tag, name) => {
    if (!turn) return el("td", { "data-label": name, class: "none" }, el("span", { class: "muted" }, "no such turn"));
    const words = el("bdi", { dir: "auto" }, marked(steps, tag));
    return el("td", { "data-label": name },
      el("span", { class: "muted" }, `${turn.number} · ${turn.clock} `), steps.length ? words : el("span", { class: "muted" }, "(no words)"));
  };

  const row = (pair, { names, isFirst, id }) => {
    const [ours, theirs] = pair;
    const [mine, other] = app.turnDiffers(pair) ? aligned(wordsOf(ours), wordsOf(theirs)) : [stretch(wordsOf(ours), false), stretch(wordsOf(theirs), false)];
    const side = (ours ?? theirs).speaker === "caller" ? "caller" : "agent";
    return el("tr", { class: isFirst ? "first-difference" : null, id: isFirst ? id : null, tabindex: isFirst ? "-1" : null },
      el("th", { scope: "row" }, el("span", { class: `speaker ${side}` }, (ours ?? theirs).speaker), isFirst ? [" ", el("span", { class: "tag" }, "first difference")] : null),
      cell(ours, mine, "ins", names.now), cell(theirs, other, "del", names.before));
  };

  const jump = (id) => (event) => {
    event.preventDefault();
    const first = document.getElementById(id);
    first?.scrollIntoView({ block: "center" });
    first?.focus({ preventScroll: true });
  };

  const firstSentence = (pair, id) => {
    if (!pair) return el("p", { class: "muted" }, "Both calls say the same.");
    const [ours, theirs] = pair;
    const turn = (ours ?? theirs).number;
    return el("p", null, "The calls first differ at ", el("a", { href: `#${id}`, on: { click: jump(id) } }, `turn ${turn}`),
      ours && theirs ? `, ${ours.speaker === "caller" ? "what the caller says" : "what the agent says"}.` : `, which only ${ours ? app.names().now : app.names().before} has.`);
  };

  const drawn = (trial, before) => {
    const rows = app.alignTurns(app.turnsOf(trial), app.turnsOf(before));
    const names = app.names();
    const first = rows.find(app.turnDiffers);
    const id = `${trial.id}-first-difference`;
    return [
      firstSentence(first, id),
      el("table", { class: "difference" },
        el("thead", null, el("tr", null, el("th", { scope: "col" }, "who"), el("th", { scope: "col" }, names.now), el("th", { scope: "col" }, names.before))),
        el("tbody", null, rows.map((pair) => row(pair, { names, isFirst: pair === first, id })))),
    ];
  };

  // The transcript of a trial beside the baseline's, drawn when it is opened; null where there is none.
  app.compared = (record, trial) => {
    const before = app.before(record, app.open.trial);
    if (!before?.lines || !trial.lines || trial !== app.open.trial) return null;
    const box = el("details", { class: "kept compared-calls" }, el("summary", null, `Compare with ${app.names().before}, turn by turn`));
    box.addEventListener("toggle", () => box.open && box.children.length === 1 && box.append(...drawn(trial, before)));
    return box;
  };
}
