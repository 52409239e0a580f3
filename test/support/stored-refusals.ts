import { Refusals } from '../../src/audit/refusals.js';
import { Database } from '../../src/persistence/database.js';
import { Refusal } from '../../src/persistence/entities/refusal.entity.js';
import type { TestServer } from './server.js';

/** Every refusal that is kept, those still on their way included. */
export async function rowsOf(server: TestServer): Promise<Refusal[]> {
  await server.app.get(Refusals).explain('none');
  return server.app.get(Database).read.find(Refusal);
}
