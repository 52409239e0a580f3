/** Far more than the service has. Lists of values make texts of their own. */
const maxTexts = 2_000;

const known = new Map<string, string>();

/** A statement with `$1`, `$2` … for its `?` marks, outside of quotes. The same few texts come again and again. */
export function numberedMarks(sql: string): string {
  const numbered = known.get(sql) ?? withNumbers(sql);
  if (known.size < maxTexts) known.set(sql, numbered);
  return numbered;
}

function withNumbers(sql: string): string {
  let count = 0;
  return sql.replace(/'[^']*'|"[^"]*"|\?/g, (found) => (found === '?' ? `$${++count}` : found));
}
