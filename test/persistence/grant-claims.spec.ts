import { grantClaims, readGrantClaims } from '../../src/persistence/entities/grant-claims.js';
import { newGrant } from '../../src/persistence/entities/grant-columns.js';

const acr = 'urn:example:acr';

describe('The claims of an access token that come from its grant', () => {
  it.each([
    [
      { authTime: 1_800_000_000, acr },
      { auth_time: 1_800_000_000, acr },
    ],
    [
      { authTime: 0, acr: '' },
      { auth_time: 0, acr: '' },
    ],
    [{ authTime: null, acr }, { acr }],
    [
      { acr, orgId: 'acme' },
      { acr, org_id: 'acme' },
    ],
    [{ authTime: null, acr: null }, {}],
  ])('of a grant with %j are %j in a JWT', (columns, claims) => {
    const grant = newGrant({
      ...columns,
      grantType: 'authorization_code',
      clientId: 'writer',
      offline: false,
      createdAt: 1,
    });

    expect(JSON.parse(JSON.stringify(grantClaims(grant)))).toEqual(claims);
  });

  it.each([
    [
      { auth_time: 1_800_000_000, acr, sub: 'alice' },
      { auth_time: 1_800_000_000, acr },
    ],
    [{ auth_time: null, acr: null }, {}],
    [{ auth_time: { deep: 1 }, acr: [acr] }, {}],
    [{}, {}],
  ])('are read out of %j as %j', (source, claims) => {
    expect(readGrantClaims(source)).toStrictEqual(claims);
  });
});
