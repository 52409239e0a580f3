import { Database } from '../../src/persistence/database.js';
import { AttributeDefinition } from '../../src/persistence/entities/attribute-definition.entity.js';
import { useServer } from '../support/server.js';

const select = 'SELECT 1 AS one';

describe('In specs, a read beside a transaction', () => {
  const server = useServer();
  const database = () => server.app.get(Database);

  it.each<[string, () => Promise<unknown>]>([
    ['of rows', () => database().query(select, [])],
    ['of one row', () => database().row(select, [])],
    ['of entities', async () => database().read.count(AttributeDefinition)],
  ])('%s is refused', async (_what, read) => {
    await expect(database().write(async () => read())).rejects.toThrow('reads outside of itself');
    await read();
  });

  it('is none where it is part of it, or comes after it', async () => {
    await database().write(async (tx) => database().rows(tx, select, []));
    await database().wholly(async () => database().query(select, []));
    let later: Promise<unknown> | undefined;
    await database().write(async () => {
      later = new Promise((resolve) => setImmediate(resolve)).then(() => database().query(select, []));
    });
    expect(await later).toHaveLength(1);
  });
});
