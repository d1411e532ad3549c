// What the reader looks at, kept in the page's address, so that a copied link and the back button lead to it.
//   #open=<case>&call=<trial>&turn=7&t=12.4&q=words&outcome=failed&tag=x&persona=y&moved=broke&suite=s&sort=-latency
// Addresses of before (`#case-…`, `#trial-…`, `#trial-…-turn-7`) lead to the same places.
{
  const LISTS = ["outcome", "moved", "tag", "persona", "suite", "engine"];
  const WORDS = ["open", "call", "turn", "t", "q", "sort"];
  // Where the reader came from is worth a step back; every letter of a search and every second of a call is not.
  const STEPS = new Set(["open", "sort", ...LISTS]);
  const listeners = [];

  const empty = () => Object.fromEntries([...WORDS.map((name) => [name, ""]), ...LISTS.map((name) => [name, []])]);

  const isOldAnchor = (hash) => /^(case|trial)-[^=&]*$/.test(hash);

  const fromOldAnchor = (anchor) => {
    if (anchor.startsWith("case-")) return { open: anchor };
    const [, call, turn] = anchor.match(/^(.*?)(?:-turn-(\d+))?$/);
    return { call, turn: turn ?? "" };
  };

  // A link to a heading of the page says nothing about the cases.
  const isForeign = (hash) => {
    const names = [...new URLSearchParams(hash).keys()];
    return names.length > 0 && !isOldAnchor(hash) && !names.some((name) => WORDS.includes(name) || LISTS.includes(name));
  };

  const read = (hash) => {
    if (isOldAnchor(hash)) return { ...empty(), ...fromOldAnchor(hash) };
    const found = new URLSearchParams(hash);
    const state = empty();
    for (const name of WORDS) state[name] = found.get(name) ?? "";
    for (const name of LISTS) state[name] = found.getAll(name);
    return state;
  };

  const written = (state) => {
    const hash = new URLSearchParams();
    for (const name of WORDS) if (state[name]) hash.set(name, state[name]);
    for (const name of LISTS) for (const value of state[name]) hash.append(name, value);
    return hash.toString();
  };

  const differing = (before, after) =>
    new Set([...WORDS, ...LISTS].filter((name) => String(before[name]) !== String(after[name])));

  const hashNow = () => location.hash.slice(1);

  const withDropped = (patch) => {
    const isOther = (name) => name in patch && patch[name] !== state[name];
    return {
      ...(isOther("open") && { call: "" }),
      ...((isOther("open") || isOther("call")) && { turn: "", t: "" }),
      ...patch,
    };
  };

  let state = read(hashNow());

  const tell = (changed, navigated) => {
    for (const listener of listeners) listener(app.state.get(), { changed, navigated });
  };

  app.state = {
    get: () => structuredClone(state),

    // Takes single fields, as texts or lists of texts: set({t: "12.4"}); what is not named stays, but a turn and a
    // second go with their call, and a call with its case.
    set: (patch) => {
      const after = { ...state, ...withDropped(patch) };
      const changed = differing(state, after);
      if (!changed.size) return;
      state = after;
      const address = `${location.pathname}${location.search}#${written(state)}`;
      if ([...changed].some((name) => STEPS.has(name))) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      tell(changed, false);
    },

    // The address of this page with some fields changed, for a link that can be copied.
    href: (patch) => `#${written({ ...empty(), ...patch })}`,
  };

  // fn(state, {changed: Set of names, navigated: whether the address was followed rather than set by us})
  app.onState = (listener) => listeners.push(listener);

  const follow = () => {
    if (isForeign(hashNow())) return;
    const before = state;
    state = read(hashNow());
    const changed = differing(before, state);
    if (changed.size) tell(changed, true);
  };

  window.addEventListener("popstate", follow);
  window.addEventListener("hashchange", follow);
}
