import type { AfterQueryEvent, DataSource } from 'typeorm';
import { activeSpan, inSpan, type Span, type SpanStart } from '../../tracing/spans.js';
import type { Dialect, Selector } from './dialect.js';

/**
 * The same dialect, with a span for each transaction and for each SELECT outside of one. The statements of a transaction are noted in its
 * span. Their text has marks in the place of values.
 * @param sources those that TypeORM runs statements on
 */
export function traced(dialect: Dialect, sources: ReadonlySet<DataSource>): Dialect {
  const transactions = new WeakSet<Span>();
  const spanOf = (name: string, text?: string): SpanStart => ({
    name,
    kind: 'client',
    attributes: {
      'db.system.name': dialect.systemName,
      ...(text !== undefined && { 'db.query.text': shown(text) }),
    },
  });
  const timed =
    (select: Selector): Selector =>
    (sql, values) =>
      inSpan(
        () => spanOf(operationOf(sql), sql),
        async () => select(sql, values),
      );
  const afterQuery = ({ query, success, executionTime = 0 }: AfterQueryEvent): void => {
    const span = activeSpan();
    if (!span) return;
    if (transactions.has(span)) span.note('statement', { 'db.query.text': shown(query), success });
    else span.add(spanOf(operationOf(query), query), executionTime);
  };
  for (const { subscribers } of sources) subscribers.push({ afterQuery });
  return {
    ...dialect,
    transactor: (writer) => {
      const transact = dialect.transactor(writer);
      return (work) =>
        inSpan(
          () => spanOf('transaction'),
          (span) => {
            if (span) transactions.add(span);
            return transact((tx) => {
              // What came before is waiting for a connection, or for other writers of SQLite.
              span?.note('begun');
              return work(tx);
            });
          },
        );
    },
    selector: (writer, write) => timed(dialect.selector(writer, write)),
    groupedSelector: (writer, write) => timed(dialect.groupedSelector(writer, write)),
  };
}

/** The first word of a statement. */
const operationOf = (sql: string): string => /^\s*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase() ?? 'statement';

/** A statement without a long list of columns, which would leave no room for the rest of it. */
const shown = (sql: string): string => sql.replace(/^SELECT .{200,}? FROM /s, 'SELECT … FROM ');
