import { expectEnded, newTokens } from './families.mjs';
import { manyAtOnce, refused, succeeded, ways } from './many.mjs';

/** A refresh token, used many times at once without a grace: one gets a successor, and since the token was used again, its grant ends. */
export const refreshOutsideGrace = {
  name: 'refresh, 20 ways, outside the grace',
  settings: { EYRIE_REFRESH_GRACE: '0' },

  async run(client) {
    const party = client.pick(client.parties);
    const tokens = await newTokens(client, party);
    if (!tokens) return;
    const answers = await manyAtOnce(() => party.refresh(tokens.refresh_token));
    const won = succeeded(answers);
    client.expect(
      won.length === 1,
      'one refresh token, one family',
      `${won.length} of ${ways} got a successor`,
    );
    client.expect(refused(answers).length === ways - won.length, 'service', 'not invalid_grant', answers);
    const given = [tokens, ...won.map(({ body }) => body)];
    await expectEnded(client, party, given, 'a token that is used again ends its grant');
  },
};
