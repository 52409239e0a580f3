/** The option `--json` of a command. */
export interface JsonOption {
  readonly json?: boolean;
}

/** The values of one printed row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** Prints rows as a table, or as a JSON array. */
export function printRows(rows: readonly Row[], { json }: JsonOption): void {
  print(json ? JSON.stringify(rows, null, 2) : table(rows));
}

/** Prints a row as lines of names and values, or as a JSON object. */
export function printOne(row: object, { json }: JsonOption): void {
  if (json) return print(JSON.stringify(row, null, 2));
  const width = Math.max(...Object.keys(row).map((name) => name.length));
  print(
    Object.entries(row)
      .map(([name, value]) => `${name.padEnd(width)}  ${text(value)}`)
      .join('\n'),
  );
}

/** Prints the result of a change as a sentence, or as a JSON object. */
export function printResult(sentence: string, row: object, { json }: JsonOption): void {
  print(json ? JSON.stringify(row, null, 2) : sentence);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A time for people: ISO 8601, UTC. */
export function time(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1_000).toISOString().replace('.000', '');
}

function table(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return 'none';
  const names = Object.keys(first);
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => text(row[name]))),
  ];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  // Control characters become spaces, so that a name cannot forge another row.
  return written(value).replace(/\p{Cc}/gu, ' ') || '-';
}

function written(value: unknown): string {
  if (typeof value === 'string') return value;
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? value.join(' ') : JSON.stringify(value);
}
