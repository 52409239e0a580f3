import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseSetting } from '../config/setting-kinds.js';
import { SettingError } from '../config/setting-error.js';
import { entities } from './entity-list.js';
import { Initial1763700000000 } from './migrations/1763700000000-initial.js';
import { PushedRequests1763710000000 } from './migrations/1763710000000-pushed-requests.js';
import { GrantResources1763711000000 } from './migrations/1763711000000-grant-resources.js';
import { SignedResponses1763712000000 } from './migrations/1763712000000-signed-responses.js';
import { Logout1763720000000 } from './migrations/1763720000000-logout.js';
import { ClientKeys1763730000000 } from './migrations/1763730000000-client-keys.js';
import { RequestObjects1763731000000 } from './migrations/1763731000000-request-objects.js';
import { DynamicRegistration1763740000000 } from './migrations/1763740000000-dynamic-registration.js';
import { PairwiseSubjects1763750000000 } from './migrations/1763750000000-pairwise-subjects.js';
import { Dpop1763760000000 } from './migrations/1763760000000-dpop.js';
import { RevocationFeed1763786400000 } from './migrations/1763786400000-revocation-feed.js';
import { Refusals1763790000000 } from './migrations/1763790000000-refusals.js';
import { ReferencedRequests1763791000000 } from './migrations/1763791000000-referenced-requests.js';
import { OpenSessions1763800000000 } from './migrations/1763800000000-open-sessions.js';
import { MutualTls1763792000000 } from './migrations/1763792000000-mutual-tls.js';
import { SignedUserinfo1763801000000 } from './migrations/1763801000000-signed-userinfo.js';
import { IntrospectionResources1763802000000 } from './migrations/1763802000000-introspection-resources.js';
import { SnakeCaseNaming } from './naming.js';

const shared = {
  entities,
  migrations: [
    Initial1763700000000,
    PushedRequests1763710000000,
    GrantResources1763711000000,
    SignedResponses1763712000000,
    Logout1763720000000,
    ClientKeys1763730000000,
    RequestObjects1763731000000,
    DynamicRegistration1763740000000,
    PairwiseSubjects1763750000000,
    Dpop1763760000000,
    RevocationFeed1763786400000,
    Refusals1763790000000,
    ReferencedRequests1763791000000,
    OpenSessions1763800000000,
    SignedUserinfo1763801000000,
    MutualTls1763792000000,
    IntrospectionResources1763802000000,
  ],
  migrationsTableName: 'migrations',
  namingStrategy: new SnakeCaseNaming(),
  synchronize: false,
  logging: false,
};

/** What the service's minimal needs of better-sqlite3's handle are. */
interface SqliteHandle {
  pragma(source: string): unknown;
}

/** How TypeORM connects to the configured database. */
export function dataSourceOptions(
  database: DatabaseSetting,
  access: 'read-write' | 'read-only' = 'read-write',
): DataSourceOptions {
  if (database.kind === 'mysql') {
    return {
      ...shared,
      type: 'mysql',
      url: database.url,
      charset: 'utf8mb4_bin',
      timezone: 'Z',
      // Times are seconds, far below 2^53: as numbers, as SQLite gives them.
      bigNumberStrings: false,
      poolSize: 20,
      connectTimeout: 5_000,
    };
  }
  if (access === 'read-only') {
    return {
      ...shared,
      type: 'better-sqlite3',
      database: database.path,
      readonly: true,
      statementCacheSize: 200,
    };
  }
  try {
    mkdirSync(dirname(database.path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingError(
      `DATABASE_URL: cannot make the folder of ${database.path} (${(error as Error).message}): choose a writable place`,
    );
  }
  return {
    ...shared,
    type: 'better-sqlite3',
    database: database.path,
    enableWAL: true,
    statementCacheSize: 200,
    timeout: 5_000,
    prepareDatabase: (handle: SqliteHandle) => {
      handle.pragma('synchronous = NORMAL');
      // Pages that are written again and again reach the database file once in 32 MiB of log, not in 4.
      handle.pragma('wal_autocheckpoint = 8000');
      handle.pragma('foreign_keys = ON');
    },
  };
}
