import { obtainCode, scope } from '../load/code-flow.mjs';
import { expectEnded } from './families.mjs';
import { succeeded } from './many.mjs';

const invariant = 'an acknowledged withdrawal holds';

/**
 * Somebody withdraws what an application was allowed, while it gets and redeems codes: once that is answered, no code that was given
 * without asking them again is taken, and no token works.
 */
export const withdrawAgainstAuthorize = {
  name: 'withdraw against authorize and redeem',

  async run(client) {
    const { person } = client;
    const party = client.pick(client.parties);
    const early = [await obtainCode(client, party), await obtainCode(client, party)];
    if (early.includes(undefined)) return;
    const { html } = await person.walk('/account');
    const requests = await Promise.all([1, 2, 3].map(() => party.authorizationRequest(scope)));
    const [, walks, redeemed] = await Promise.all([
      person.press(html, `withdraw-${party.clientId}`),
      Promise.all(requests.map(({ path }) => person.walk(path))),
      Promise.all(early.map(({ request, parameters }) => party.redeem(request, parameters))),
    ]);
    person.allowed.delete(party.clientId);
    await expectEnded(
      client,
      party,
      succeeded(redeemed).map(({ body }) => body),
      invariant,
    );
    for (const [index, { location }] of walks.entries()) {
      if (!location) continue;
      const late = await party.redeem(
        requests[index],
        party.authorizationResponse(requests[index], location),
      );
      client.expect(late.status === 400, invariant, 'a code was taken', late);
    }
  },
};
