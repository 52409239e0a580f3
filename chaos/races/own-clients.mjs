import { RelyingParty } from '../relying-party.mjs';

/** A client that only this round knows. */
export async function newClient(client) {
  const clientId = `raced-${client.name}-${client.made++}`;
  const { status, body } = await client.administrator.call('POST', '/clients', {
    client_id: clientId,
    grant_types: ['client_credentials'],
    access_token_format: 'opaque',
    scope: 'contacts.read',
  });
  client.expect(status === 201, 'service', 'no client was registered', body);
  return { clientId, party: partyOf(client, clientId, body.client_secret) };
}

export const partyOf = (client, clientId, secret) =>
  new RelyingParty(client.line, client.server, clientId, secret);
