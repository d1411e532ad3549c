// Turns the tables of a block back into records; harness/report/encode.py says how they are written.
{
  const isEmpty = (value) => value === "" || value === null || value === false || (Array.isArray(value) && !value.length);

  const total = (sizes) => sizes.reduce((sum, size) => sum + size, 0);

  const lists = ({ sizes, of }, count) => {
    const lengths = values(sizes, count);
    const all = values(of, total(lengths));
    let start = 0;
    return lengths.map((length) => all.slice(start, (start += length)));
  };

  const views = ({ has, of }, count) => {
    if (!has) return records(of, count);
    const there = records(of, total(has));
    let next = 0;
    return has.map((is) => (is ? there[next++] : null));
  };

  const values = (column, count) => {
    if (Array.isArray(column)) return column;
    if ("=" in column) return new Array(count).fill(column["="]);
    return "sizes" in column ? lists(column, count) : views(column, count);
  };

  // A field that says nothing is missing from its record.
  const records = (table, count) => {
    const made = Array.from({ length: count }, () => ({}));
    for (const [field, column] of Object.entries(table)) {
      values(column, count).forEach((value, place) => {
        if (!isEmpty(value)) made[place][field] = value;
      });
    }
    return made;
  };

  // The records of a table of `count` rows.
  app.records = records;
}
