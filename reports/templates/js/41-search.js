// The words of a search: looked for in every transcript, block by block, and marked wherever they are shown.
{
  const BEFORE = 24;
  const LONGEST = 180;
  // A pause this often keeps the page answering while blocks are read.
  const BUSY_MS = 24;

  const pause = () => new Promise((resolve) => setTimeout(resolve));

  const wordsOf = (turn) => [turn.text?.head, turn.text?.tail, turn.unspoken, turn.keys].filter(Boolean).join(" ");

  // Enough of a text to see the first of the words in it.
  const excerpt = (text, terms) => {
    const lower = text.toLowerCase();
    const at = Math.min(...terms.map((term) => lower.indexOf(term)));
    const start = at > BEFORE ? text.indexOf(" ", at - BEFORE) + 1 : 0;
    const from = start > at ? at : start;
    return `${from ? "… " : ""}${text.slice(from, from + LONGEST)}`;
  };

  // The row shows the first reason of its case already.
  const inTrial = (trial, { reasons: [told] = [] }, terms) => {
    for (const { turn } of trial.lines ?? []) {
      if (!turn || !app.hasAll(wordsOf(turn).toLowerCase(), terms)) continue;
      return { trial: trial.id, turn: turn.number, where: `turn ${turn.number}, ${turn.speaker}`, text: excerpt(wordsOf(turn), terms) };
    }
    const reason = trial.reasons?.find((each) => each !== told && app.hasAll(each.toLowerCase(), terms));
    return reason ? { trial: trial.id, where: "reason", text: excerpt(reason, terms) } : null;
  };

  const inRecord = (record, terms) => {
    for (const trial of record.trials ?? []) {
      const hit = inTrial(trial, record, terms);
      if (hit) return hit;
    }
    return null;
  };

  // The cases of every block, by their place in it.
  const casesByBlock = () => {
    const blocks = [];
    app.rows.block.forEach((block, index) => {
      blocks[block] ??= [];
      blocks[block][app.rows.at[index]] = index;
    });
    return blocks;
  };

  let latest = 0;

  // Looks through all transcripts and returns whether it came to the end: a later search ends an earlier one.
  // `onProgress(hits, searched)` is told after every block; hits: where, by case.
  app.searchTranscripts = async (terms, onProgress) => {
    latest += 1;
    const search = latest;
    const hits = new Map();
    const blocks = casesByBlock();
    let [searched, rested] = [0, performance.now()];
    let coming = blocks.length ? app.block(0) : null;
    for (const [number, cases] of blocks.entries()) {
      const records = await coming;
      if (search !== latest) return false;
      // The browser unpacks the next block while this one is read.
      coming = number + 1 < blocks.length ? app.block(number + 1) : null;
      records.forEach((record, at) => {
        const hit = inRecord(record, terms);
        if (hit) hits.set(cases[at], hit);
      });
      searched += cases.length;
      onProgress(hits, searched);
      if (performance.now() - rested < BUSY_MS) continue;
      await pause();
      if (search !== latest) return false;
      rested = performance.now();
    }
    return true;
  };

  app.stopSearching = () => {
    latest += 1;
  };

  const escaped = (term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

  // A text in pieces, with the words of the search marked; `terms` are those of the address where none are named.
  app.marked = (text, terms = app.termsOf(app.state.get().q)) => {
    if (!terms.length) return [text];
    const pattern = new RegExp(`(${terms.map(escaped).join("|")})`, "giu");
    return text.split(pattern).map((piece, place) => (place % 2 ? app.el("mark", null, piece) : piece));
  };
}
