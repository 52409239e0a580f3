import { RelyingParty } from '../relying-party.mjs';

const newShare = 0.25;

/** The admin API registers clients and rotates their secrets, which work at once. A secret whose answer was lost is not known: that client is left. */
export const clientSecret = {
  name: 'secret of a client',
  weight: 2,

  async run(client) {
    const own = client.pick(client.ownClients.slice(-5));
    if (!own || client.random() < newShare) return register(client);
    client.ownClients.splice(client.ownClients.indexOf(own), 1);
    own.isLeft = true;
    let secret;
    await client.ledger.change({ event: 'client.secret_rotated', clientId: own.clientId }, async () => {
      const { status, body } = await client.administrator.call('POST', `/clients/${own.clientId}/secrets`, {
        overlap: 0,
      });
      secret = body?.client_secret;
      return client.expect(status === 201, 'service', 'no new secret', { status, body });
    });
    if (secret) await keep(client, own.clientId, secret);
  },
};

async function register(client) {
  const clientId = `made-${client.name}-${client.made++}`;
  const { status, body } = await client.administrator.call('POST', '/clients', {
    client_id: clientId,
    grant_types: ['client_credentials'],
    access_token_format: 'opaque',
    scope: 'contacts.read',
  });
  if (!client.expect(status === 201, 'service', 'no client was registered', { status, body })) return;
  await client.ledger.change({ event: 'client.registered', clientId }, async () => true);
  await keep(client, clientId, body.client_secret);
}

async function keep(client, clientId, secret) {
  const own = { clientId, secret, party: new RelyingParty(client.line, client.server, clientId, secret) };
  client.ownClients.push(own);
  client.ledger.clients.push(own);
  await useSecret(client, own);
}

/** The newest secret gets a token, at any replica. */
export async function useSecret(client, { party, clientId }) {
  const { status, body } = await party.clientCredentials('contacts.read');
  client.expect(
    status === 200,
    'every acknowledged change holds',
    `${clientId}: its newest secret was refused`,
    { status, body },
  );
}
