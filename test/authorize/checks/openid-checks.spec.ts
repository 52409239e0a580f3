import { dpopKey, pkce } from '../../../src/authorize/checks/binding-checks.js';
import { acr, idTokenHint, maxAge, nonce, prompts } from '../../../src/authorize/checks/openid-checks.js';
import { passwordAcr } from '../../../src/protocol/acr.js';
import { type ClaimsRequest, parseClaimsRequest } from '../../../src/protocol/claims-request.js';
import { clientWith, knowledgeWith, outcomeOf, requestWith } from '../../support/checked-requests.js';

const openToAll = { ...knowledgeWith().settings.signIn, signUp: 'open' } as const;

const knowledge = knowledgeWith();
const claimingAcr = (value: object): ClaimsRequest =>
  parseClaimsRequest(JSON.stringify({ id_token: { acr: value } }));

type Row = [condition: string, check: () => object | void, outcome: unknown];

describe('the OpenID Connect parameters of a request', () => {
  it.each<Row>([
    ['a nonce is found', () => nonce(requestWith({ nonce: 'n' })), { nonce: 'n' }],
    ['no nonce passes with a code alone', () => nonce(requestWith()), { nonce: undefined }],
    [
      'no nonce is an error with an ID token',
      () => nonce(requestWith({}, { responseType: 'id_token' })),
      'invalid_request',
    ],
    [
      'an ID token without the scope openid is an error',
      () => nonce(requestWith({ nonce: 'n' }, { responseType: 'code id_token', scopes: ['contacts.read'] })),
      'invalid_request',
    ],
    [
      'prompts are found',
      () => prompts(requestWith({ prompt: 'login consent create' }), knowledgeWith()),
      { prompts: new Set(['login', 'consent']) },
    ],
    [
      'the prompt create is found where people may make accounts',
      () => prompts(requestWith({ prompt: 'create' }), knowledgeWith({ signIn: openToAll })),
      { prompts: new Set(['create']) },
    ],
    [
      'none beside another prompt is an error',
      () => prompts(requestWith({ prompt: 'none login' }), knowledgeWith()),
      'invalid_request',
    ],
    ['max_age is found', () => maxAge(requestWith({ max_age: '60' })), { maxAge: 60 }],
    [
      'max_age=0 counts before the default of the client',
      () => maxAge(requestWith({ max_age: '0' }, { client: clientWith({ defaultMaxAge: 90 }) })),
      { maxAge: 0 },
    ],
    [
      'the default of the client counts if max_age was omitted',
      () => maxAge(requestWith({}, { client: clientWith({ defaultMaxAge: 90 }) })),
      { maxAge: 90 },
    ],
    ['no max_age is none', () => maxAge(requestWith()), { maxAge: undefined }],
    [
      'a max_age that is no number is an error',
      () => maxAge(requestWith({ max_age: 'x' })),
      'invalid_request',
    ],
    [
      'an essential acr that is supported passes',
      () => acr(requestWith({}, { claims: claimingAcr({ essential: true, value: passwordAcr }) }), knowledge),
      { acr: { essential: { essential: true, value: passwordAcr }, values: [] } },
    ],
    [
      'an essential acr that is not supported is an error',
      () => acr(requestWith({}, { claims: claimingAcr({ essential: true, value: 'gold' }) }), knowledge),
      'unmet_authentication_requirements',
    ],
    [
      'a voluntary acr that is not supported passes',
      () => acr(requestWith({}, { claims: claimingAcr({ value: 'gold' }) }), knowledge),
      { acr: { essential: undefined, values: [] } },
    ],
    [
      'acr_values that are supported are found, in their order',
      () => acr(requestWith({ acr_values: 'gold phr urn:eyrie:acr:password' }), knowledge),
      { acr: { essential: undefined, values: ['phr', passwordAcr] } },
    ],
    [
      'default_acr_values of the client count if the request names none',
      () => acr(requestWith({}, { client: clientWith({ defaultAcrValues: ['gold', 'phr'] }) }), knowledge),
      { acr: { essential: undefined, values: ['phr'] } },
    ],
    [
      'acr_values count before default_acr_values',
      () =>
        acr(
          requestWith({ acr_values: 'gold' }, { client: clientWith({ defaultAcrValues: ['phr'] }) }),
          knowledge,
        ),
      { acr: { essential: undefined, values: [] } },
    ],
    ...[{ value: passwordAcr }, { values: ['gold', passwordAcr, 7] }].map((claim): Row => [
      `the values of a voluntary acr count before default_acr_values (${JSON.stringify(claim)})`,
      () =>
        acr(
          requestWith({}, { claims: claimingAcr(claim), client: clientWith({ defaultAcrValues: ['phr'] }) }),
          knowledge,
        ),
      { acr: { essential: undefined, values: [passwordAcr] } },
    ]),
    ['no id_token_hint is none', () => idTokenHint(requestWith(), knowledge), { hintedSubject: undefined }],
    [
      'an id_token_hint is found by its subject',
      () => idTokenHint(requestWith({ id_token_hint: 'hint of alice' }), knowledge),
      { hintedSubject: 'alice' },
    ],
    [
      'an id_token_hint of another issuer is an error',
      () => idTokenHint(requestWith({ id_token_hint: 'foreign' }), knowledge),
      'invalid_request',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});

describe('what a code is bound to', () => {
  const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
  const optional = clientWith({ requirePkce: false });

  it.each<Row>([
    ['a challenge is found', () => pkce(requestWith(challenge)), { codeChallenge: 'a'.repeat(43) }],
    ['no challenge is an error', () => pkce(requestWith()), 'invalid_request'],
    [
      'no challenge passes if the client may do without',
      () => pkce(requestWith({}, { client: optional })),
      { codeChallenge: undefined },
    ],
    [
      'no challenge is an error for a public client, whatever its policy says',
      () =>
        pkce(
          requestWith({}, { client: clientWith({ requirePkce: false, tokenEndpointAuthMethod: 'none' }) }),
        ),
      'invalid_request',
    ],
    [
      'no challenge passes if no code is issued',
      () => pkce(requestWith({}, { responseType: 'id_token' })),
      { codeChallenge: undefined },
    ],
    ['no DPoP key passes', () => dpopKey(requestWith()), { dpopJkt: undefined }],
    [
      'a DPoP key is found by its thumbprint',
      () => dpopKey(requestWith({ dpop_jkt: 'a'.repeat(43) })),
      { dpopJkt: 'a'.repeat(43) },
    ],
    [
      'a DPoP key that is no thumbprint is an error',
      () => dpopKey(requestWith({ dpop_jkt: 'a' })),
      'invalid_request',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});
