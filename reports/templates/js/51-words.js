// Words of a call: folded where they are long, with word errors in place, and beside them the moment to hear them at.
{
  const el = app.el;

  // Seconds as the rest of the page writes them: 1:02.5, cut and not rounded.
  app.clock = (seconds) => {
    const tenths = Math.floor(Math.max(0, seconds) * 10 + 0.001);
    const rest = tenths % 600;
    return `${Math.floor(tenths / 600)}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
  };

  app.sr = (words) => el("span", { class: "sr" }, words);

  app.hidden = (glyph) => el("span", { "aria-hidden": "true" }, glyph);

  // The tail of a very long text waits behind a line that says how long it is; it is drawn when it is asked for.
  app.folded = (text) => {
    const head = app.bdi(text?.head ?? "");
    if (!text?.tail) return [head];
    const more = el("details", { class: "more" }, el("summary", null, `… show the other ${text.tail_words.toLocaleString("en")} words`));
    const draw = () => more.open && more.children.length === 1 && more.append(app.bdi(text.tail));
    more.addEventListener("toggle", draw);
    return [head, more];
  };

  app.wholeText = (text) => [text?.head, text?.tail].filter(Boolean).join(" ");

  const struck = (word) => el("s", null, word);
  const strong = (word) => el("b", null, word);
  const SPANS = {
    equal: (span) => span.reference ?? "",
    gap: () => el("span", { class: "muted" }, "…"),
    substitute: (span) => [app.sr("instead of "), struck(span.reference), " ", strong(span.hypothesis)],
    delete: (span) => [app.sr("lost: "), struck(span.reference)],
    insert: (span) => [app.sr("added: "), strong(`+${span.hypothesis}`)],
  };

  const wordSpan = (span) => {
    const words = SPANS[span.kind](span);
    return Array.isArray(words) ? el("span", { class: `w ${span.kind}` }, words) : words;
  };

  // One line for all words: each in a frame of its own would fall out of the order of a right-to-left sentence.
  app.wordErrors = (spans) =>
    el("bdi", { dir: "auto", class: "words" }, spans.flatMap((span, place) => [place ? " " : null, wordSpan(span)]));

  // A time of the call; where there is something to hear, a button that plays from there.
  app.moment = (clock, seconds, { playable, what }) =>
    playable
      ? el("button", { type: "button", class: "time", "data-seek": seconds, "aria-label": `Play from ${clock}, ${what}` }, clock)
      : el("span", { class: "time" }, clock);

  // A table that a narrow page scrolls by itself, by touch and by keys.
  app.wide = (label, heads, rows) =>
    el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label },
      el("table", null,
        heads.length ? el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col" }, head)))) : null,
        el("tbody", null, rows)));

  app.rowOf = (head, ...cells) => el("tr", null, el("th", { scope: "row" }, head), cells);
}
