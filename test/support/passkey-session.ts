import { Database } from '../../src/persistence/database.js';
import type { TestServer } from './server.js';

/** Has the sessions of a user proven by a passkey in place of the password, as if they had signed in with one just now. */
export async function provenByPasskey(server: TestServer, userId: string): Promise<void> {
  const provenAt = server.clock.now();
  const proofs = ['hwk', 'user', 'mfa'].map((method) => ({ method, provenAt }));
  await server.app
    .get(Database)
    .write((tx) =>
      tx.query('UPDATE sessions SET proofs = ? WHERE user_id = ?', [JSON.stringify(proofs), userId]),
    );
}

/** Takes the password of a user away, who then has a passkey alone. */
export async function withoutPassword(server: TestServer, userId: string): Promise<void> {
  await server.app
    .get(Database)
    .write((tx) => tx.query("DELETE FROM credentials WHERE user_id = ? AND kind = 'password'", [userId]));
}
