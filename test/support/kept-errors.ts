import { ExplainedErrors } from '../../src/audit/explained-errors.js';
import { Database } from '../../src/persistence/database.js';
import { Refusal } from '../../src/persistence/entities/refusal.entity.js';
import type { TestServer } from './server.js';

/** Every explained error that is kept, including those that were not yet written. */
export async function keptErrors(server: TestServer): Promise<Refusal[]> {
  await server.app.get(ExplainedErrors).find('none');
  return server.app.get(Database).read.find(Refusal);
}
