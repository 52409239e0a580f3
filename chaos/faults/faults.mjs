import { clockAhead, clockBack } from './clock-jumped.mjs';
import { connectionsCut } from './connections-cut.mjs';
import { databaseBlackHoled } from './database-black-holed.mjs';
import { databaseFull } from './database-full.mjs';
import { databaseKilled } from './database-killed.mjs';
import { databaseLocked } from './database-locked.mjs';
import { databaseReadOnly } from './database-read-only.mjs';
import { databaseSlowed } from './database-slowed.mjs';
import { databaseStopped } from './database-stopped.mjs';
import { galeraNodeKilled } from './galera-node-killed.mjs';
import { galeraPartitioned } from './galera-partitioned.mjs';
import { replicaPartitioned } from './replica-partitioned.mjs';
import { serverKilled } from './server-killed.mjs';
import { serverTerminated } from './server-terminated.mjs';
import { workerKilled } from './worker-killed.mjs';

/**
 * What goes wrong: `{ name, databases, seconds, allows(world), begin(world), end(world) }`. It lasts for `seconds` between `begin` and `end`.
 *
 * `allows` says at which replicas connections may break (`broken`) and requests may be answered with 503 (`unavailable`) meanwhile: at all
 * others, everything must go on. `isPossible(world)` says why it cannot be tried here, if so.
 */
export const faults = [
  serverKilled,
  serverTerminated,
  workerKilled,
  databaseStopped,
  databaseKilled,
  connectionsCut,
  databaseBlackHoled,
  replicaPartitioned,
  databaseSlowed,
  databaseFull,
  databaseReadOnly,
  databaseLocked,
  clockAhead,
  clockBack,
  galeraNodeKilled,
  galeraPartitioned,
];
