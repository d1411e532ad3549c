// The cases of the page: a table of all of them, read at once, and blocks of whole cases, read when one is asked for.
{
  const PACKING = "deflate-raw";
  const KEPT_BLOCKS = 6;
  const kept = new Map();

  // Four bytes stand as five digits of base 85; harness/report/blocks.py says which characters they are.
  const digits = new Uint8Array(128);
  [..."!#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|"].forEach((character, digit) => {
    digits[character.charCodeAt(0)] = digit;
  });

  const bytesOf = (text) => {
    const short = (5 - (text.length % 5)) % 5;
    const whole = text + "|".repeat(short);
    const bytes = new Uint8Array((whole.length / 5) * 4);
    const numbers = new DataView(bytes.buffer);
    for (let from = 0, to = 0; from < whole.length; to += 4) {
      let number = 0;
      for (const end = from + 5; from < end; from += 1) number = number * 85 + digits[whole.charCodeAt(from)];
      numbers.setUint32(to, number);
    }
    return bytes.subarray(0, bytes.length - short);
  };

  // The bytes are written into the stream by hand: one made from a Blob is fed by tasks, which wait in the queue behind
  // the rest of the page that still arrives.
  const unpacked = async (text) => {
    const { readable, writable } = new DecompressionStream(PACKING);
    const [writer, reader, decoder] = [writable.getWriter(), readable.getReader(), new TextDecoder()];
    const written = [writer.write(bytesOf(text)), writer.close()];
    let json = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) json += decoder.decode(part.value, { stream: true });
    await Promise.all(written);
    return JSON.parse(json);
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
