import { setTimeout as delay } from 'node:timers/promises';
import { newClient } from './own-clients.mjs';

/** Replicas see changes of clients within a second (docs/deployment.md). */
const visibleMilliseconds = 1_100;

/** A client is disabled while it gets tokens: it gets none any more. */
export const disableAgainstClientCredentials = {
  name: 'disable against client_credentials',

  async run(client) {
    const { clientId, party } = await newClient(client);
    const requests = Array.from({ length: 5 }, () => party.clientCredentials('contacts.read'));
    const disabled = await client.administrator.call('POST', `/clients/${clientId}/disable`);
    client.expect(disabled.status < 300, 'service', 'a client was not disabled', disabled);
    await Promise.all(requests);
    await delay(visibleMilliseconds);
    for (const _ of client.line.service.replicas) {
      const { status, body } = await party.clientCredentials('contacts.read');
      client.expect(status === 401, 'an acknowledged disabling holds', 'a disabled client got a token', body);
    }
  },
};
