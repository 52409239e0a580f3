import { expectEnded, newTokens } from './families.mjs';
import { succeeded } from './many.mjs';

/** A refresh token is revoked while it is used: once the revocation is answered, nothing that came of the grant works. */
export const revokeAgainstRefresh = {
  name: 'revoke against refresh',

  async run(client) {
    const party = client.pick(client.parties);
    const tokens = await newTokens(client, party);
    if (!tokens) return;
    const refreshes = () => Array.from({ length: 5 }, () => party.refresh(tokens.refresh_token));
    const before = refreshes();
    const revoking = party.revoke(tokens.refresh_token);
    const answers = await Promise.all([...before, ...refreshes()]);
    const revoked = await revoking;
    client.expect(revoked.status === 200, 'service', 'a revocation was refused', revoked);
    const given = [tokens, ...succeeded(answers).map(({ body }) => body)];
    await expectEnded(client, party, given, 'an acknowledged revocation holds');
  },
};
