import type { Endpoint } from '../../../src/authorize/checks/check.js';
import { checks } from '../../../src/authorize/checks/check-table.js';

/** The names of the checks that an endpoint makes, in their order. */
const at = (endpoint: Endpoint): string[] =>
  Object.values(checks)
    .flat()
    .filter(([endpoints]) => endpoints.some((listed) => listed === endpoint))
    .map(([, { name }]) => name);

const proof = ['client', 'redirectUri', 'state', 'responseModeOfErrors'];
const contents = [
  'isSignedIfRequired',
  'repeatsNoParameter',
  'usesSupportedParameters',
  'responseType',
  'responseModeFits',
  'responseModeIsRegistered',
  'claims',
  'secondFactorIsPossible',
  'authorizationDetails',
  'requestedScopes',
  'scopesForResponseType',
  'scopesOfNamedClaims',
  'resources',
  'detailsAtResources',
  'pkce',
  'nonce',
  'prompts',
  'maxAge',
  'acr',
  'idTokenHint',
  'dpopKey',
];

describe('the checks of an authorization request', () => {
  it('are the same when it arrives and when the browser comes back from a page', () => {
    expect(at('authorize')).toEqual([...proof, 'requestObjectIsValid', 'isPushedIfRequired', ...contents]);
    expect(at('resume')).toEqual(at('authorize'));
  });

  it('are those of the authorization endpoint when it is pushed, but for how it has to arrive there', () => {
    expect(at('pushed')).toEqual([
      'containsNoRequestUri',
      ...proof,
      'namesRedirectUriIfRequired',
      ...contents,
    ]);
  });

  it('are those of client and scope alone when a device asks', () => {
    expect(at('device')).toEqual([
      'isRegisteredForDeviceFlow',
      'secondFactorIsPossible',
      'authorizationDetails',
      'requestedScopes',
    ]);
  });

  it('are those of CIBA beside those of client and scope when a client asks by the backchannel', () => {
    expect(at('backchannel')).toEqual([
      'isRegisteredForBackchannel',
      'secondFactorIsPossible',
      'authorizationDetails',
      'requestedScopes',
      'withoutClaims',
      'isAboutOpenid',
      'resources',
      'maxAge',
      'acr',
      'usesNoUserCode',
      'usesNoAuthorizationDetails',
      'asksForNoOrganization',
      'notificationToken',
      'bindingMessage',
      'requestedExpiry',
      'personHint',
    ]);
  });
});
