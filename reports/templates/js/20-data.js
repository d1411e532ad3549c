// The cases of the page: a table of all of them, read at once, and blocks of whole cases, read when one is asked for.
{
  const PACKING = "deflate-raw";
  const KEPT_BLOCKS = 6;
  const kept = new Map();

  const unpacked = async (text) => {
    const packed = atob(text.trim());
    const bytes = new Uint8Array(packed.length);
    for (let place = 0; place < packed.length; place += 1) bytes[place] = packed.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(PACKING));
    return new Response(stream).json();
  };

  // Blocks stand behind this script: one that is asked for while the page still arrives has to be waited for.
  const arrived = () =>
    new Promise((resolve) => {
      if (document.readyState !== "loading") resolve();
      else document.addEventListener("DOMContentLoaded", resolve, { once: true });
    });

  const packedText = async (number) => {
    const find = () => document.querySelector(`script[data-block="${number}"]`);
    // The element after it proves that it has arrived whole.
    if (!find()?.nextElementSibling) await arrived();
    return find().textContent;
  };

  // Where a turn stands on the page follows from its trial.
  const nameTurns = (record) => {
    for (const trial of [...(record.trials ?? []), ...(record.discarded ?? [])]) {
      for (const { turn } of trial.lines ?? []) if (turn) turn.id = `${trial.id}-turn-${turn.number}`;
    }
    if (record.before) nameTurns(record.before);
  };

  // All cases of one block, in the order of the page; the caller's to keep or to forget.
  app.block = async (number) => {
    const { cases, of } = await unpacked(await packedText(number));
    const records = app.records(of, cases);
    records.forEach(nameTurns);
    return records;
  };

  const keptBlock = (number) => {
    const block = kept.get(number) ?? app.block(number);
    kept.delete(number);
    kept.set(number, block);
    if (kept.size > KEPT_BLOCKS) kept.delete(kept.keys().next().value);
    return block;
  };

  // One whole case: what a view of it says, with `trials`, `discarded` and `before`; a missing field is an empty one.
  app.record = async (index) => (await keptBlock(app.rows.block[index]))[app.rows.at[index]];

  app.indexOfCase = (anchor) => app.rows.anchor.indexOf(anchor);

  app.indexOfTrial = (id) => app.rows.trial_ids.findIndex((ids) => ids.includes(id));

  // Fills `app.rows`: every column by its name, and `count`.
  app.readRows = async () => {
    const { columns, cases, block, at } = await unpacked(document.getElementById("rows").textContent);
    app.rows = { ...columns, count: cases, block, at };
  };
}
