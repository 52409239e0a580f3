import type { GrantType } from '../../src/token/grant-types/grant-type.js';
import { GrantTypes } from '../../src/token/grant-types/grant-types.js';

const grantType = (name: GrantType['name']): GrantType => ({
  name,
  parameters: [],
  exchange: () => Promise.reject(new Error('not exchanged here')),
});

describe('The list of grant types', () => {
  const refresh = grantType('refresh_token');
  const list = new GrantTypes([refresh, grantType('client_credentials')]);

  it('names each grant type in its order', () => {
    expect(list.names).toEqual(['refresh_token', 'client_credentials']);
  });

  it('finds a grant type by its exact name', () => {
    expect(list.find('refresh_token')).toBe(refresh);
  });

  it.each(['', 'refresh_token ', 'REFRESH_TOKEN', 'authorization_code', '__proto__', 'constructor'])(
    'finds nothing for %j',
    (name) => {
      expect(list.find(name)).toBeUndefined();
    },
  );
});
