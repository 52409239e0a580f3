const SWEEP_BATCH = 500;
const COLUMNS = 'SELECT payload, consumed_at, expires_at FROM item';

/** What all databases spell alike, with `?` for each value. Each adds its own `upsert`, and `sweep` where it differs. */
export const statements = {
  find: `${COLUMNS} WHERE model = ? AND id = ?`,
  findByUid: `${COLUMNS} WHERE uid = ? AND model = ?`,
  findByUserCode: `${COLUMNS} WHERE user_code = ? AND model = ?`,
  consume: 'UPDATE item SET consumed_at = ? WHERE model = ? AND id = ?',
  destroy: 'DELETE FROM item WHERE model = ? AND id = ?',
  revoke: 'DELETE FROM item WHERE grant_id = ? AND model = ?',
  sweep: `DELETE FROM item WHERE (model, id) IN (SELECT model, id FROM item WHERE expires_at < ? LIMIT ${SWEEP_BATCH})`,
};

export const insert =
  'INSERT INTO item (model, id, payload, grant_id, uid, user_code, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)';

/** For databases whose names of the new values are `excluded.…`. */
export const upsertOnConflict = `${insert} ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload,
  grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`;
