import {
  claims,
  requestedScopes,
  resources,
  scopesForResponseType,
  scopesOfNamedClaims,
} from '../../../src/authorize/checks/scope-checks.js';
import { parseClaimsRequest } from '../../../src/protocol/claims-request.js';
import { clientWith, knowledgeWith, outcomeOf, requestWith } from '../../support/checked-requests.js';

const knowledge = knowledgeWith();
const withoutRefresh = clientWith({ grantTypes: ['authorization_code'] });
const asksForName = parseClaimsRequest('{"userinfo":{"name":null},"id_token":{"email":null}}');

type Row = [condition: string, check: () => object | void, outcome: unknown];

describe('the scopes that a client requests', () => {
  it.each<Row>([
    [
      'are those that were sent',
      () => requestedScopes(requestWith({ scope: 'openid contacts.read' }), knowledge),
      { scopes: ['openid', 'contacts.read'] },
    ],
    [
      'leave out unknown ones',
      () => requestedScopes(requestWith({ scope: 'openid banana' }), knowledge),
      { scopes: ['openid'] },
    ],
    [
      'are an error if all of them are unknown',
      () => requestedScopes(requestWith({ scope: 'banana' }), knowledge),
      'invalid_scope',
    ],
    [
      'are an error if one exists that is not the client’s',
      () => requestedScopes(requestWith({ scope: 'openid contacts.write' }), knowledge),
      'invalid_scope',
    ],
    [
      'are those of the client but for OpenID Connect, if none were sent',
      () => requestedScopes(requestWith(), knowledge),
      { scopes: ['contacts.read'] },
    ],
    [
      'leave out offline_access for a client without refresh tokens',
      () =>
        requestedScopes(
          requestWith({ scope: 'openid offline_access' }, { client: withoutRefresh }),
          knowledge,
        ),
      { scopes: ['openid'] },
    ],
    [
      'are an error if offline_access alone remains for such a client',
      () => requestedScopes(requestWith({ scope: 'offline_access' }, { client: withoutRefresh }), knowledge),
      'invalid_scope',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});

describe('the scopes that count for a response type', () => {
  it.each<Row>([
    [
      'include offline_access with a code',
      () => scopesForResponseType(requestWith({}, { scopes: ['openid', 'offline_access'] })),
      { scopes: ['openid', 'offline_access'] },
    ],
    [
      'leave out offline_access without a code',
      () =>
        scopesForResponseType(
          requestWith({}, { scopes: ['openid', 'offline_access'], responseType: 'id_token' }),
        ),
      { scopes: ['openid'] },
    ],
    [
      'are an error if none remain',
      () => scopesForResponseType(requestWith({}, { scopes: ['offline_access'], responseType: 'id_token' })),
      'invalid_scope',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});

describe('claims that are requested by name', () => {
  it.each<Row>([
    ['are an error if they are no JSON', () => claims(requestWith({ claims: '{' })), 'invalid_request'],
    [
      'add their scopes, if the client may have them',
      () => scopesOfNamedClaims(requestWith({}, { claims: asksForName })),
      { scopes: ['openid', 'profile'] },
    ],
    [
      'add no scope twice',
      () => scopesOfNamedClaims(requestWith({}, { claims: asksForName, scopes: ['profile', 'openid'] })),
      { scopes: ['profile', 'openid'] },
    ],
    [
      'add nothing without openid',
      () => scopesOfNamedClaims(requestWith({}, { claims: asksForName, scopes: ['contacts.read'] })),
      { scopes: ['contacts.read'] },
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});

describe('the resources of a request', () => {
  const scopes = ['openid', 'contacts.read', 'offline_access'];
  const contacts = { resource: 'https://contacts.example.com' };

  it.each<Row>([
    [
      'are null if none is named',
      () => resources(requestWith({}, { scopes }), knowledge),
      { scopes, resources: null },
    ],
    [
      'include userinfo for the scope openid',
      () => resources(requestWith(contacts, { scopes }), knowledge),
      { scopes, resources: ['https://contacts.example.com', 'https://id.example.com'] },
    ],
    [
      'limit the scopes but for offline_access, which belongs to the grant',
      () => resources(requestWith(contacts, { scopes: scopes.slice(1).concat('profile') }), knowledge),
      { scopes: ['contacts.read', 'offline_access'], resources: ['https://contacts.example.com'] },
    ],
    [
      'are an error if one is no absolute URI',
      () => resources(requestWith({ resource: 'contacts' }, { scopes }), knowledge),
      'invalid_target',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toEqual(outcome);
  });
});
