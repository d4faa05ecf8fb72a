// A CSV file as its rows of cells, so that faults can be shown where they stand. Old offices save
// GB18030; what is no UTF-8 is that.
function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Cells between commas; a quoted one may hold commas, line ends and doubled quotes. */
export function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|\r|$)/g)) {
    row.push(quoted !== undefined ? quoted.replace(/""/g, '"') : plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  if (rows.length && rows[rows.length - 1].join('') === '') rows.pop();
  return rows;
}

/** Null for a file that is no text: the server reads that. */
export async function tableOf(file: File): Promise<string[][] | null> {
  return /\.csv$/i.test(file.name) ? rowsOf(decoded(await file.arrayBuffer()).replace(/^\ufeff/, '')) : null;
}
