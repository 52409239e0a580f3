import { newClient, partyOf } from './own-clients.mjs';
import { succeeded } from './many.mjs';

const requestCount = 8;

/** A secret is rotated, with an overlap, while the client gets tokens: neither the former nor the new secret is refused anywhere. */
export const secretRotated = {
  name: 'secret rotation under load',

  async run(client) {
    const { clientId, party } = await newClient(client);
    const tokens = (one) =>
      Array.from({ length: requestCount }, () => one.clientCredentials('contacts.read'));
    const [rotated, ...during] = await Promise.all([
      client.administrator.call('POST', `/clients/${clientId}/secrets`, { overlap: 600 }),
      ...tokens(party),
    ]);
    client.expect(rotated.status === 201, 'service', 'no new secret', rotated);
    const next = partyOf(client, clientId, rotated.body.client_secret);
    const after = await Promise.all([...tokens(party), ...tokens(next)]);
    const count = succeeded([...during, ...after]).length;
    client.expect(count === 3 * requestCount, 'every acknowledged change holds', 'a secret was refused', [
      ...during,
      ...after,
    ]);
  },
};
