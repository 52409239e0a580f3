import type { Selector } from './dialect.js';
import type { Weakness } from './weakness.js';

/** What migrations need. */
const neededPrivileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'INDEX', 'DROP'];

/** Looks at a server of MySQL or MariaDB. */
export async function mysqlWeaknesses(select: Selector): Promise<Weakness[]> {
  return [...(await durability(select)), ...(await charsets(select)), ...(await privileges(select))];
}

async function durability(select: Selector): Promise<Weakness[]> {
  const [row] = (await select('SELECT @@innodb_flush_log_at_trx_commit AS flushes', [])) as {
    flushes: number;
  }[];
  if (Number(row?.flushes) === 1) return [];
  return [
    {
      about: 'innodb_flush_log_at_trx_commit',
      weakness: `is ${row?.flushes}: what was acknowledged in the last second is lost if the machine fails`,
      remedy: 'set it to 1, unless a cluster keeps the data on other machines',
    },
  ];
}

async function charsets(select: Selector): Promise<Weakness[]> {
  const rows = (await select(
    "SELECT table_name AS name, table_collation AS collation_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_collation NOT LIKE 'utf8mb4%'",
    [],
  )) as { name: string; collation_name: string }[];
  return rows.map(({ name, collation_name: collation }) => ({
    about: `table ${name}`,
    weakness: `has the collation ${collation}, which cannot hold every character`,
    remedy: `convert it: ALTER TABLE ${name} CONVERT TO CHARACTER SET utf8mb4`,
  }));
}

async function privileges(select: Selector): Promise<Weakness[]> {
  const rows = (await select('SHOW GRANTS FOR CURRENT_USER()', [])) as Record<string, string>[];
  const granted = rows
    .flatMap((row) => Object.values(row))
    .map((grant) => /^GRANT (.+?) ON /.exec(grant)?.[1] ?? '')
    .flatMap((list) => list.split(', '));
  if (granted.includes('ALL PRIVILEGES')) return [];
  const missing = neededPrivileges.filter((privilege) => !granted.includes(privilege));
  if (missing.length === 0) return [];
  return [
    {
      about: 'privileges',
      weakness: `the user of DATABASE_URL may not ${missing.join(', ')}`,
      remedy: `grant them on the database, or run \`eyrie migrate\` as a user who has them`,
    },
  ];
}
