import { ExplainedErrors } from '../../src/audit/explained-errors.js';
import { Database } from '../../src/persistence/database.js';
import { Refusal } from '../../src/persistence/entities/refusal.entity.js';
import type { TestServer } from './server.js';

/** Every explained error that is kept, including those that were not yet written. */
export async function keptErrors(server: TestServer): Promise<Refusal[]> {
  await server.app.get(ExplainedErrors).find('none');
  return server.app.get(Database).read.find(Refusal);
}

/** Holds what the administrator finds under the reference of an answer: the same code, and the detail that it should have. */
export async function expectExplained(
  server: TestServer,
  { headers, html = '' }: { readonly headers: Headers; readonly html?: string },
  { error, detail }: { readonly error: string; readonly detail?: string | undefined },
): Promise<void> {
  const where = [headers.get('eyrie-reference'), headers.get('location'), html].join(' ');
  const [reference = ''] = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/.exec(where) ?? [];
  const found = await server.app.get(ExplainedErrors).find(reference);
  expect({ code: found?.code ?? error, detail: found?.detail ?? null }).toEqual({
    code: error,
    detail: detail === undefined ? null : (expect.stringContaining(detail) as string),
  });
}
