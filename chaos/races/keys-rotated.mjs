import { setTimeout } from 'node:timers/promises';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { succeeded } from './many.mjs';

const requestCount = 8;
const publicationMilliseconds = 1_100;

/** The keys are rotated while tokens are signed: each replica publishes the keys of all of them, and knows them. */
export const keysRotated = {
  name: 'key rotation under load',
  /** Retired keys stay until their tokens expire: a thousand rotations within minutes would say nothing more. */
  share: 0.05,

  async run(client) {
    const [party] = client.parties;
    const [rotated, ...answers] = await Promise.all([
      client.administrator.call('POST', '/keys/rotate', { algorithms: ['ES256'], force: true }),
      ...Array.from({ length: requestCount }, () => party.clientCredentials('contacts.read')),
    ]);
    client.expect(rotated.status < 300 || rotated.status === 409, 'service', 'no rotation', rotated);
    client.expect(succeeded(answers).length === requestCount, 'service', 'a client got no token', answers);
    // A forced rotation lets a key sign at once: what each replica publishes is at most a second old.
    await setTimeout(publicationMilliseconds);
    for (const [index] of client.line.service.replicas.entries()) {
      const published = createLocalJWKSet(await (await client.line.send('/jwks', {}, index)).json());
      for (const { body } of answers) {
        const verified = await jwtVerify(body.access_token, published).catch((error) => error);
        client.expect(
          verified.payload,
          'every acknowledged token works',
          `replica ${index} does not publish its key`,
          verified.message,
        );
      }
    }
    for (const { body } of answers) {
      const { body: claims } = await party.introspect(body.access_token);
      client.expect(claims.active, 'every acknowledged token works', 'a token is not active', claims);
    }
  },
};
