// Elements from words: whatever a call, a prompt or a judge says becomes text, never markup.
// All files of this folder are one script: each is a block of its own and shares nothing but `app`.
"use strict";

const app = {};

{
  const SVG = "http://www.w3.org/2000/svg";

  const place = (node, name, value) => {
    if (value === undefined || value === null || value === false) return;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "style") {
      // A style attribute would be refused by the page's policy; single properties are not.
      for (const [property, each] of Object.entries(value)) node.style.setProperty(property, each);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  };

  const fill = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes ?? {})) place(node, name, value);
    node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
    return node;
  };

  // el("a", {class: "x", href: "#y", on: {click: f}}, "text", otherElement, [more]); nothing is drawn for null and false.
  app.el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

  app.svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  app.SYMBOLS = { passed: "✓", failed: "✗", inconclusive: "?", error: "!" };

  app.MOVES = { fixed: "▲", broke: "▼", changed: "◆" };

  // Words from outside: their own direction, so that a right-to-left name does not turn the line around it.
  app.bdi = (text) => app.el("bdi", { dir: "auto" }, text);

  // An id that a narrow column may break after an underscore.
  app.breakable = (text) =>
    text.split("_").flatMap((part, place) => (place ? ["_", app.el("wbr"), part] : [part]));

  app.badge = (outcome) =>
    app.el("span", { class: `badge ${outcome}` }, app.el("span", { "aria-hidden": "true" }, app.SYMBOLS[outcome]), outcome);

  app.replace = (node, ...children) => node.replaceChildren(...children.flat(Infinity).filter(Boolean));

  // Whether a key press belongs to a field the reader is typing in.
  app.isTyping = (target) => target instanceof Element && target.closest("input:not([type=range]), select, textarea, [contenteditable]") !== null;

  // Tells screen readers in a few words what just happened elsewhere on the page.
  const status = app.el("p", { class: "sr", role: "status" });
  document.body.append(status);
  app.say = (words) => {
    status.textContent = words;
  };

  const scrollerOf = (node) => {
    for (let pane = node.parentElement; pane && pane !== document.body; pane = pane.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(pane).overflowY) && pane.scrollHeight > pane.clientHeight) return pane;
    }
    return null;
  };

  // Brings an element into its pane's view, a third from the top. Only a reader who asked for it is moved on the page:
  // `quiet` leaves the page where it is.
  app.reveal = (node, { quiet = false } = {}) => {
    const pane = scrollerOf(node);
    if (pane) pane.scrollTop += node.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
    if (!quiet) (pane ?? node).scrollIntoView({ block: pane ? "nearest" : "center" });
  };
}
