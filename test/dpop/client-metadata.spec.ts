import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import { metadataProblems } from '../../src/protocol/client-metadata/rules.js';

describe('G3 dpop_bound_access_tokens', () => {
  const client = (responseTypes: string[]): string[] =>
    metadataProblems(
      withDefaults({
        redirect_uris: ['https://writer.example.com/callback'],
        grant_types: ['authorization_code', 'implicit'],
        response_types: responseTypes,
        dpop_bound_access_tokens: true,
      }),
    ).map(({ field }) => field);

  it('cannot stand beside response types that issue an access token without a proof', () => {
    expect(client(['code', 'code id_token token'])).toEqual(['dpop_bound_access_tokens']);
    expect(client(['code', 'code id_token'])).toEqual([]);
  });
});
