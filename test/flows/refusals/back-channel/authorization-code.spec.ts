import { challenge, redirectUri } from '../../../support/authorization-requests.js';
import { contacts } from '../../../support/server.js';
import type { Answer, Fields } from '../../../support/relying-party.js';
import {
  BackChannel,
  describeRefusals,
  invalidGrant,
  invalidRequest,
  invalidTarget,
  type Issued,
  type RefusedRequest,
} from '../../../support/back-channel.js';
import { because } from '../../../support/untouched.js';

describe('refusals of authorization codes', () => {
  const parties = new BackChannel();
  beforeAll(() => parties.start());
  afterAll(() => parties.stop());

  const redeem = ({ code, verifier }: Issued, changes: Fields = {}, by = parties.client): Promise<Answer> =>
    by.redeem({ code, verifier }, changes);
  const code: RefusedRequest[] = [
    ['no code', (issued) => redeem(issued, { code: undefined }), invalidRequest],
    [
      'an unknown code',
      (issued) => redeem(issued, { code: 'x' }),
      because(invalidGrant, 'unknown code, or a code of another client'),
    ],
    ['a repeated code', (issued) => redeem(issued, { code: [issued.code, issued.code] }), invalidRequest],
    [
      'the code of another client',
      (issued) => redeem(issued, {}, parties.other),
      because(invalidGrant, 'unknown code, or a code of another client'),
    ],
    [
      'the code of another client, which is public',
      (issued) => redeem(issued, {}, parties.app),
      because(invalidGrant, 'unknown code, or a code of another client'),
    ],
    [
      'another redirect_uri',
      (issued) => redeem(issued, { redirect_uri: 'https://evil.example/' }),
      because(
        invalidGrant,
        'redirect_uri: expected https://writer.example.com/callback, received https://evil.example/',
      ),
    ],
    [
      'a redirect_uri with a slash',
      (issued) => redeem(issued, { redirect_uri: `${redirectUri}/` }),
      because(
        invalidGrant,
        'redirect_uri: expected https://writer.example.com/callback, received https://writer.example.com/callback/',
      ),
    ],
    [
      'no redirect_uri',
      (issued) => redeem(issued, { redirect_uri: undefined }),
      because(invalidGrant, 'redirect_uri: expected https://writer.example.com/callback, received none'),
    ],
    [
      'a repeated redirect_uri',
      (issued) => redeem(issued, { redirect_uri: [redirectUri, redirectUri] }),
      invalidRequest,
    ],
    [
      'another verifier',
      (issued) => redeem(issued, { code_verifier: 'x'.repeat(43) }),
      because(
        invalidGrant,
        'code_verifier: its SHA-256 is not the code_challenge of the authorization request',
      ),
    ],
    [
      'the challenge as verifier',
      (issued) => redeem(issued, { code_verifier: challenge }),
      because(
        invalidGrant,
        'code_verifier: its SHA-256 is not the code_challenge of the authorization request',
      ),
    ],
    [
      'no verifier',
      (issued) => redeem(issued, { code_verifier: undefined }),
      because(invalidGrant, 'code_verifier: expected one, received none'),
    ],
    [
      'an access token as code',
      (issued) => redeem(issued, { code: issued.access }),
      because(invalidGrant, 'unknown code, or a code of another client'),
    ],
    [
      'a code for a resource that it is not for',
      (issued) => redeem(issued, { resource: 'https://other.example' }),
      because(
        invalidTarget,
        'resource https://other.example, scopes openid profile email offline_access contacts.read',
      ),
    ],
    ['a resource that is no URI', (issued) => redeem(issued, { resource: 'contacts' }), invalidTarget],
    [
      'a resource with a fragment',
      (issued) => redeem(issued, { resource: `${contacts.identifier}#x` }),
      invalidTarget,
    ],
  ];
  describeRefusals('/token', parties, code);
});
