import { OAuthError } from '../../src/protocol/errors.js';
import {
  askedOrganization,
  organizationScopeOf,
  withoutOrganizationId,
} from '../../src/protocol/organization.js';

describe('The organization that scope values ask for', () => {
  it.each([
    [[], undefined],
    [['openid', 'organizations', 'organizational:a'], undefined],
    [['openid', 'organization'], { id: undefined }],
    [['organization:a'], { id: 'a' }],
    [['organization', 'organization:a'], { id: 'a' }],
    [['organization:'], { id: '' }],
    [['organization:a:b'], { id: 'a:b' }],
  ])('of %j is %j', (scopes, asked) => {
    expect(askedOrganization(scopes)).toEqual(asked);
  });

  it('are invalid_scope if they name two', () => {
    expect(() => askedOrganization(['organization:a', 'organization:b'])).toThrow(OAuthError);
  });

  it.each([
    [organizationScopeOf('a'), 'organization'],
    ['organization', 'organization'],
    ['openid', 'openid'],
  ])('%s is granted as %s', (asked, granted) => {
    expect(withoutOrganizationId(asked)).toBe(granted);
  });
});
