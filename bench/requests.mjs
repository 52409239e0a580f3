import { createHash, randomBytes } from 'node:crypto';
import { authorizeAsUser } from './browser.mjs';
import { Connection } from './connection.mjs';
import { clients, redirectUri, user } from './scenario.mjs';

const FORM = 'content-type: application/x-www-form-urlencoded\r\n';
const STATE = 'bench-state';

/** Throws an error with the response, unless the condition is true. */
export function assert(condition, message, answer) {
  if (!condition) throw new Error(`${message}: ${JSON.stringify(answer)?.slice(0, 600)}`);
}

function credentials({ metadata }) {
  const encoded = Buffer.from(`${metadata.client_id}:${metadata.client_secret}`).toString('base64');
  return `authorization: Basic ${encoded}\r\n`;
}

export const isJwt = (token) => typeof token === 'string' && token.split('.').length === 3;

function algorithmOf(jwt) {
  return JSON.parse(Buffer.from(jwt.slice(0, jwt.indexOf('.')), 'base64url').toString()).alg;
}

/** Sends a token request. Throws unless the response is a token response (RFC 6749 §5.1). */
export async function requestTokens(connection, client, form) {
  const response = await connection.request('POST', '/token', FORM + credentials(client), form);
  assert(response.status === 200, `the token endpoint answered ${response.status}`, response.body);
  const tokens = response.json();
  assert(
    tokens.token_type?.toLowerCase() === 'bearer' && tokens.expires_in > 0,
    'not a token response',
    tokens,
  );
  return tokens;
}

/** Throws if the response to a code or refresh token lacks a token, or if the access token has the wrong format. */
export function assertUserTokens(tokens, client) {
  assert(isJwt(tokens.access_token) === (client.tokenFormat === 'jwt'), 'wrong access token format', tokens);
  assert(isJwt(tokens.id_token), 'no ID token', tokens);
  assert(typeof tokens.refresh_token === 'string', 'no refresh token', tokens);
}

/** A new authorization request for all scopes of the client, with the verifier of its PKCE challenge. */
export function authorizationRequest({ metadata }) {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: metadata.client_id,
    redirect_uri: redirectUri,
    scope: metadata.scope,
    state: STATE,
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return { target: `/authorize?${parameters}`, verifier };
}

/** Redeems the code in a redirection to the client. */
export async function redeemCode(connection, client, location, verifier) {
  const code = location.searchParams.get('code');
  const isAnswer =
    code && location.href.startsWith(redirectUri) && location.searchParams.get('state') === STATE;
  assert(isAnswer, 'not an authorization response', location.href);
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  return requestTokens(connection, client, form.toString());
}

/** Signs in, allows, redeems the code, and checks the formats and algorithms of the tokens. */
export async function obtainTokens(origin, client, who = user) {
  const { target, verifier } = authorizationRequest(client);
  const { location } = await authorizeAsUser(origin, target, who);
  const connection = new Connection(origin);
  try {
    const tokens = await redeemCode(connection, client, location, verifier);
    assertUserTokens(tokens, client);
    for (const token of [tokens.id_token, tokens.access_token].filter(isJwt)) {
      assert(algorithmOf(token) === 'ES256', 'not signed with ES256', token);
    }
    return tokens;
  } finally {
    connection.close();
  }
}

/** Throws unless the token is active and belongs to the client (RFC 7662 §2.2). */
export async function introspect(connection, { access_token: token, client }) {
  const form = `token=${encodeURIComponent(token)}&token_type_hint=access_token`;
  const response = await connection.request('POST', '/introspect', FORM + credentials(client), form);
  assert(response.status === 200, `introspection answered ${response.status}`, response.body);
  const claims = response.json();
  assert(claims.active === true && claims.client_id === client.metadata.client_id, 'not active', claims);
}

/** Throws unless the response has the claims of the scopes openid and email. */
export async function readUserinfo(connection, { access_token: token }) {
  const response = await connection.request('GET', '/userinfo', `authorization: Bearer ${token}\r\n`);
  assert(response.status === 200, `userinfo answered ${response.status}`, response.body);
  const claims = response.json();
  assert(typeof claims.sub === 'string' && claims.email, 'not the requested claims', claims);
}

/** A token request to one of the bare routes. */
export async function postBare(connection, path) {
  const form = 'grant_type=client_credentials&scope=contacts.read';
  const response = await connection.request('POST', path, FORM + credentials(clients.jwt), form);
  assert(
    response.status === 200 && response.json().access_token,
    `the bare route answered ${response.status}`,
    response.body,
  );
}
