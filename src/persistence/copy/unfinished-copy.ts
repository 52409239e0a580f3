import type { QueryRunner } from 'typeorm';
import { SettingError } from '../../config/setting-error.js';

/** A table that a database has while others are copied into it: no server starts on a part of a copy. */
const marker = 'unfinished_copy';

export const isUnfinishedCopy = (runner: QueryRunner): Promise<boolean> => runner.hasTable(marker);

export async function beginCopy(runner: QueryRunner): Promise<void> {
  await runner.query(`CREATE TABLE ${marker} (id int NOT NULL PRIMARY KEY)`);
}

export async function endCopy(runner: QueryRunner): Promise<void> {
  await runner.query(`DROP TABLE ${marker}`);
}

/** @throws SettingError if the database is a part of a copy */
export async function refuseUnfinishedCopy(runner: QueryRunner): Promise<void> {
  if (await isUnfinishedCopy(runner))
    throw new SettingError(
      'DATABASE_URL: the database is an unfinished copy: run `eyrie db copy` again, which goes on where it ended, or name another database',
    );
}
