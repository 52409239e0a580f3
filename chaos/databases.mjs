import { galera } from './databases/galera.mjs';
import { mysql } from './databases/mysql.mjs';
import { postgres } from './databases/postgres.mjs';
import { sqlite } from './databases/sqlite.mjs';

/**
 * The databases that the service is tried on. Each function takes a folder, and resolves to what faults work with: `kind`, `urls` (one for
 * each replica), `own` (the settings of each replica), and `stop()`.
 */
export const databases = { sqlite, mysql, postgres, galera };
