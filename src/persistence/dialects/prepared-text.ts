/** Each connection keeps what it has prepared: lists of values make texts without end. */
const maxTexts = 200;

/** A statement as PostgreSQL has it. */
export interface PreparedText {
  readonly text: string;
  /** By which a connection knows it when it comes again; without one it is prepared for this time only. */
  readonly name?: string;
}

/** Gives a statement `$1`, `$2` … for its `?` marks, outside of quotes, and the first of them names. The same few texts come again and again. */
export function preparedTexts(): (sql: string) => PreparedText {
  const known = new Map<string, PreparedText>();
  return (sql) => {
    const found = known.get(sql);
    if (found) return found;
    const text = withNumbers(sql);
    if (known.size >= maxTexts) return { text };
    const prepared = { text, name: `eyrie_${known.size}` };
    known.set(sql, prepared);
    return prepared;
  };
}

function withNumbers(sql: string): string {
  let count = 0;
  return sql.replace(/'[^']*'|"[^"]*"|\?/g, (found) => (found === '?' ? `$${++count}` : found));
}
