// Keys that work anywhere on the page, and the dialog that lists them. Arrow keys stay with what has the focus.
{
  const bindings = [];
  const REMEMBERED = "voipbin-harness-keys";

  // A browser may refuse to remember anything for a page from the disk; the switch then holds until the page is closed.
  const remembered = {
    read: () => {
      try {
        return localStorage.getItem(REMEMBERED) !== "off";
      } catch {
        return true;
      }
    },
    write: (on) => {
      try {
        localStorage.setItem(REMEMBERED, on ? "on" : "off");
      } catch {
        // Nothing depends on it.
      }
    },
  };

  let areOn = remembered.read();

  // onKey({keys: ["n"], shown: ["n"], does: "next failure"}, action); without an action the line is only listed.
  app.onKey = ({ keys, shown = keys, does }, action = null) => bindings.push({ keys, shown, does, action });

  // Enter and space mean something to these already.
  const hasOwnUse = (event) =>
    (event.key === " " || event.key === "Enter") && event.target.closest("button, a, summary, audio, [role=button], [role=slider]");

  const isOurs = (event) =>
    !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]");

  const onKeyDown = (event) => {
    if (!isOurs(event) || app.isTyping(event.target) || hasOwnUse(event)) return;
    if (!areOn && event.key.length === 1) return;
    const binding = bindings.find(({ keys, action }) => action && keys.includes(event.key));
    if (!binding) return;
    event.preventDefault();
    binding.action(event);
  };

  const line = ({ shown, does }) =>
    app.el("div", null, app.el("dt", null, shown.map((key) => [app.el("kbd", null, key), " "])), app.el("dd", null, does));

  const keySwitch = () => {
    const box = app.el("input", {
      type: "checkbox",
      on: {
        change: () => {
          areOn = box.checked;
          remembered.write(areOn);
        },
      },
    });
    box.checked = areOn;
    return app.el("label", { class: "key-switch" }, box, " single letters work as keys");
  };

  const dialog = () => {
    const close = app.el("button", { class: "plain", on: { click: () => box.close() } }, "Close");
    const box = app.el(
      "dialog",
      { class: "keys", "aria-labelledby": "keys-title", on: { close: () => box.remove() } },
      app.el("h2", { id: "keys-title" }, "Keys"),
      app.el("dl", null, bindings.map(line)),
      keySwitch(),
      close,
    );
    return box;
  };

  app.showKeys = () => {
    const box = dialog();
    document.body.append(box);
    box.showModal();
  };

  document.addEventListener("keydown", onKeyDown);
}
