import { type Answer, basic, post, type RelyingParty } from './relying-party.js';

/** A token request of that client, with a DPoP proof or without. */
export async function send(
  client: RelyingParty,
  fields: Record<string, string>,
  dpop?: string,
): Promise<Answer> {
  const isPublic = client.secret === '';
  return post(client.server, '/token', isPublic ? { client_id: client.clientId, ...fields } : fields, {
    ...(isPublic ? {} : { authorization: basic(client.clientId, client.secret) }),
    ...(dpop === undefined ? {} : { dpop }),
  });
}

/** Walks Alice through the flow and redeems the code, with a DPoP proof or without. */
export async function redeem(client: RelyingParty, parameters = {}, dpop?: string): Promise<Answer> {
  const { code, verifier } = await client.authorize(parameters);
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
  };
  return send(client, fields, dpop);
}

export async function refresh(client: RelyingParty, token: string, dpop?: string): Promise<Answer> {
  return send(client, { grant_type: 'refresh_token', refresh_token: token }, dpop);
}
