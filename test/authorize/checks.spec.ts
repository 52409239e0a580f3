import { checks } from '../../src/authorize/checks/request-checks.js';

/** The names of the checks that an endpoint makes, in their order. */
const at = (endpoint: 'authorize' | 'resume' | 'pushed'): string[] =>
  checks.filter(([endpoints]) => endpoints.includes(endpoint)).map(([, { name }]) => name);

const always = [
  'isSignedIfRequired',
  'repeatsNoParameter',
  'usesSupportedParameters',
  'responseType',
  'responseModeFits',
  'claims',
  'scopes',
  'resources',
  'pkce',
  'nonce',
  'prompts',
  'maxAge',
  'essentialAcrIsReachable',
  'idTokenHint',
  'dpopKey',
];

describe('the checks of an authorization request', () => {
  it('are the same when it arrives and when the browser comes back from a page', () => {
    expect(at('authorize')).toEqual(['requestObjectIsGood', 'isPushedIfRequired', ...always]);
    expect(at('resume')).toEqual(at('authorize'));
  });

  it('are those of the authorization endpoint when it is pushed, but for how it has to arrive there', () => {
    expect(at('pushed')).toEqual(always);
  });
});
