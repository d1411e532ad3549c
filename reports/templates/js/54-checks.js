// Requirements and their answers, with the judge's reasons and the words they rest on.
{
  const el = app.el;

  const because = (check) => {
    if (check.word === "not measured") {
      return [" ", el("span", { class: "muted" }, "not measured: ", app.bdi(check.because ?? ""))];
    }
    if (!check.because || check.word !== "failed") return null;
    return [" ", el("span", { class: "because" }, "because: ", app.bdi(check.because))];
  };

  const advisory = (check) => {
    if (check.advisory_because) {
      return [" ", el("span", { class: "tag" }, "advisory"), " ", el("span", { class: "muted" }, check.advisory_because)];
    }
    if (!check.advisory || check.word !== "failed") return null;
    return [" ", el("span", { class: "tag" }, "advisory, does not fail the trial")];
  };

  const quote = (each) =>
    el("p", { class: "quote" },
      each.anchor ? el("a", { href: `#${each.anchor}` }, each.place) : each.place,
      " ", el("q", null, app.bdi(each.text ?? "")));

  const item = (check, playable) =>
    el("li", { class: `check ${check.word.replace(" ", "-")}` },
      el("span", { class: "mark", "aria-hidden": "true" }, check.symbol),
      el("div", null, app.sr(`${check.word}: `), app.bdi(check.text ?? ""), because(check),
        check.blame ? [" ", app.blame(check.blame, playable)] : null,
        advisory(check),
        check.by ? [" ", el("span", { class: "muted" }, "judged by ", app.breakable(check.by))] : null,
        (check.quotes ?? []).map(quote)));

  app.checks = (items, title, playable) =>
    el("div", { class: "checks" },
      title ? el("p", { class: "checks-title" }, title) : null,
      el("ul", null, items.map((check) => item(check, playable))));
}
