import type { Selector } from './dialect.js';
import type { Weakness } from './weakness.js';

interface Server {
  readonly synchronous_commit: string;
  readonly encoding: string;
  readonly may_create: boolean;
}

/** Looks at a server of PostgreSQL. */
export async function postgresWeaknesses(select: Selector): Promise<Weakness[]> {
  const [server] = (await select(
    `SELECT current_setting('synchronous_commit') AS synchronous_commit, current_setting('server_encoding') AS encoding,
      has_schema_privilege(current_schema(), 'CREATE') AS may_create`,
    [],
  )) as Server[];
  if (!server) return [];
  const weaknesses: Weakness[] = [];
  if (server.synchronous_commit === 'off')
    weaknesses.push({
      about: 'synchronous_commit',
      weakness: 'is off: what was acknowledged last is lost if the server fails',
      remedy: 'set it to on, or to local if replicas may lag',
    });
  if (server.encoding !== 'UTF8')
    weaknesses.push({
      about: 'server_encoding',
      weakness: `is ${server.encoding}, which cannot hold every character`,
      remedy: "create the database anew with ENCODING 'UTF8'",
    });
  if (!server.may_create)
    weaknesses.push({
      about: 'privileges',
      weakness: 'the user of DATABASE_URL may not create tables',
      remedy: 'grant CREATE on the schema, or run `eyrie migrate` as a user who has it',
    });
  return weaknesses;
}
