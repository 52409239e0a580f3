import { proof } from '../../../support/dpop-proofs.js';
import { alice } from '../../../support/server.js';
import {
  BackChannel,
  describeRefusals,
  deviceCode,
  invalidGrant,
  invalidProof,
  invalidRequest,
  invalidScope,
  invalidTarget,
  type RefusedRequest,
  unauthorized,
} from '../../../support/back-channel.js';
import { because, refusal } from '../../../support/untouched.js';

const unsupported = refusal(400, 'unsupported_grant_type');

describe('refusals of the token endpoint', () => {
  const parties = new BackChannel();
  beforeAll(() => parties.start());
  afterAll(() => parties.stop());

  const credentials = { grant_type: 'client_credentials' };

  const token: RefusedRequest[] = [
    ['no grant_type', () => parties.client.token({}), invalidRequest],
    ['an empty grant_type', () => parties.client.token({ grant_type: '' }), invalidRequest],
    [
      'grant_type password',
      () => parties.client.token({ grant_type: 'password', username: 'alice', password: alice.password }),
      unsupported,
    ],
    ['grant_type in capitals', () => parties.client.token({ grant_type: 'AUTHORIZATION_CODE' }), unsupported],
    ['grant_type implicit', () => parties.client.token({ grant_type: 'implicit' }), unsupported],
    ['grant_type __proto__', () => parties.client.token({ grant_type: '__proto__' }), unsupported],
    ['client_credentials of a client without it', () => parties.client.token(credentials), unauthorized],
    [
      'a device code of a client without the grant type',
      () => parties.client.token({ grant_type: deviceCode, device_code: parties.deviceCode }),
      unauthorized,
    ],
    [
      'a refresh of a client without the grant type',
      ({ refresh }) => parties.machine.refresh(refresh),
      unauthorized,
    ],
    ['no refresh_token', () => parties.client.token({ grant_type: 'refresh_token' }), invalidRequest],
    [
      'an unknown refresh token',
      () => parties.client.refresh('x'),
      because(invalidGrant, 'unknown token, or a token of another client'),
    ],
    [
      'the refresh token of another client',
      ({ refresh }) => parties.other.refresh(refresh),
      because(invalidGrant, 'unknown token, or a token of another client'),
    ],
    [
      'an access token as refresh token',
      ({ access }) => parties.client.refresh(access),
      because(invalidGrant, 'unknown token, or a token of another client'),
    ],
    [
      'an ID token as refresh token',
      ({ idToken }) => parties.client.refresh(idToken),
      because(invalidGrant, 'unknown token, or a token of another client'),
    ],
    [
      'a refresh with more scope',
      ({ refresh }) => parties.client.refresh(refresh, { scope: 'openid contacts.write' }),
      invalidScope,
    ],
    [
      'a refresh with an unknown scope',
      ({ refresh }) => parties.client.refresh(refresh, { scope: 'banana' }),
      invalidScope,
    ],
    [
      'a refresh with a malformed scope',
      ({ refresh }) => parties.client.refresh(refresh, { scope: 'openid "' }),
      invalidScope,
    ],
    [
      'a refresh for another resource',
      ({ refresh }) => parties.client.refresh(refresh, { resource: 'https://other.example' }),
      because(
        invalidTarget,
        'resource https://other.example, scopes openid profile email offline_access contacts.read',
      ),
    ],
    [
      'a repeated refresh_token',
      ({ refresh }) =>
        parties.client.token({ grant_type: 'refresh_token', refresh_token: [refresh, refresh] }),
      invalidRequest,
    ],
    [
      'client_credentials with a scope of others',
      () => parties.machine.token({ ...credentials, scope: 'contacts.write' }),
      invalidScope,
    ],
    [
      'client_credentials for an unknown resource',
      () => parties.machine.token({ ...credentials, resource: 'https://other.example' }),
      because(invalidTarget, 'resource https://other.example, scopes contacts.read'),
    ],
    ['no device_code', () => parties.device.token({ grant_type: deviceCode }), invalidRequest],
    [
      'an unknown device_code',
      () => parties.device.token({ grant_type: deviceCode, device_code: 'x' }),
      because(invalidGrant, 'unknown code, or a code of another client'),
    ],
    ['no DPoP proof where one is required', () => parties.bound.token(credentials), invalidProof],
    [
      'a DPoP proof that is no JWT',
      () => parties.withProof('/token', credentials, 'x'),
      because(invalidProof, 'DPoP proof: Invalid Compact JWS'),
    ],
    [
      'two DPoP proofs',
      async () =>
        parties.withProof(
          '/token',
          credentials,
          `${await proof(parties.server, parties.key)}, ${await proof(parties.server, parties.key)}`,
        ),
      because(
        invalidProof,
        "DPoP proof DPoP header: expected 'one proof', received 'several, or one too long'",
      ),
    ],
    [
      'a DPoP proof for another endpoint',
      async () =>
        parties.withProof('/token', credentials, await proof(parties.server, parties.key, {}, '/par')),
      because(invalidProof, 'DPoP proof htu: expected'),
    ],
    [
      'a DPoP proof for another method',
      async () =>
        parties.withProof(
          '/token',
          credentials,
          await proof(parties.server, parties.key, { claims: { htm: 'GET' } }),
        ),
      because(invalidProof, "DPoP proof htm: expected 'POST', received 'GET'"),
    ],
    [
      'an old DPoP proof',
      async () =>
        parties.withProof(
          '/token',
          credentials,
          await proof(parties.server, parties.key, { claims: { iat: 1 } }),
        ),
      because(invalidProof, 'DPoP proof iat: expected'),
    ],
    [
      'a DPoP proof without jti',
      async () =>
        parties.withProof(
          '/token',
          credentials,
          await proof(parties.server, parties.key, { claims: { jti: undefined } }),
        ),
      because(invalidProof, "DPoP proof jti: expected 'an id', received missing"),
    ],
    [
      'a DPoP proof with a private key inside',
      async () =>
        parties.withProof(
          '/token',
          credentials,
          await proof(parties.server, parties.key, { header: { jwk: parties.key.privateJwk } }),
        ),
      because(invalidProof, 'DPoP proof: "jwk" (JSON Web Key) Header Parameter must be a public key'),
    ],
  ];
  describeRefusals('/token', parties, token);
});
