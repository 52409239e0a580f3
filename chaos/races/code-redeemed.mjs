import { obtainCode } from '../load/code-flow.mjs';
import { expectEnded } from './families.mjs';
import { manyAtOnce, refused, succeeded, ways } from './many.mjs';

/** A code, redeemed many times at once: one gets tokens, and since it was replayed, they end. */
export const codeRedeemed = {
  name: 'code, 20 ways',

  async run(client) {
    const party = client.pick(client.parties);
    const issued = await obtainCode(client, party);
    if (!issued) return;
    const answers = await manyAtOnce(() => party.redeem(issued.request, issued.parameters));
    const won = succeeded(answers);
    client.expect(won.length === 1, 'one code, one family', `${won.length} of ${ways} got tokens`);
    client.expect(refused(answers).length === ways - won.length, 'service', 'not invalid_grant', answers);
    await expectEnded(
      client,
      party,
      won.map(({ body }) => body),
      'a replayed code ends its tokens',
    );
  },
};
