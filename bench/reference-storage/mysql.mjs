import { createPool } from 'mysql2/promise';
import { insert, statements } from './statements.mjs';

const POOL_SIZE = 20;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS item (
    model VARCHAR(40) NOT NULL,
    id VARCHAR(190) NOT NULL,
    payload MEDIUMTEXT NOT NULL,
    grant_id VARCHAR(190),
    uid VARCHAR(190),
    user_code VARCHAR(40),
    consumed_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (model, id),
    INDEX item_grant (grant_id),
    INDEX item_uid (uid),
    INDEX item_user_code (user_code),
    INDEX item_expiry (expires_at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

const spelled = {
  ...statements,
  upsert: `${insert} ON DUPLICATE KEY UPDATE payload = VALUES(payload), grant_id = VALUES(grant_id), uid = VALUES(uid),
    user_code = VALUES(user_code), expires_at = VALUES(expires_at)`,
  sweep: 'DELETE FROM item WHERE expires_at < ? LIMIT 500',
};

export async function open(url) {
  const pool = createPool({ uri: url, connectionLimit: POOL_SIZE, trace: false });
  await pool.query(SCHEMA);
  return {
    run: (name, values) => pool.execute(spelled[name], values),
    async find(name, values) {
      const [rows] = await pool.execute({ sql: spelled[name], rowsAsArray: true }, values);
      return rows[0];
    },
  };
}
