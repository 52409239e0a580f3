import { newTokens } from './families.mjs';
import { manyAtOnce, succeeded } from './many.mjs';

/** A refresh token, used many times at once within the grace: all get the same successor, which works. */
export const refreshWithinGrace = {
  name: 'refresh, 20 ways, within the grace',

  async run(client) {
    const party = client.pick(client.parties);
    const tokens = await newTokens(client, party);
    if (!tokens) return;
    const answers = await manyAtOnce(() => party.refresh(tokens.refresh_token));
    const successors = new Set(succeeded(answers).map(({ body }) => body.refresh_token));
    const refused = answers.filter(({ status }) => status !== 200);
    client.expect(refused.length === 0, 'every acknowledged token works', 'a refresh was refused', refused);
    client.expect(successors.size === 1, 'one refresh token, one family', `${successors.size} successors`);
    const [successor] = successors;
    const next = await party.refresh(successor);
    client.expect(next.status === 200, 'every acknowledged token works', 'the successor was refused', next);
  },
};
