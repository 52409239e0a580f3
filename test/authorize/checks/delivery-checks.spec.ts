import {
  containsNoRequestUri,
  isPushedIfRequired,
  isSignedIfRequired,
  requestObjectIsValid,
} from '../../../src/authorize/checks/delivery-checks.js';
import { isRegisteredForDeviceFlow } from '../../../src/authorize/checks/device-checks.js';
import { deviceCodeGrantType } from '../../../src/protocol/client-metadata.js';
import { OAuthError } from '../../../src/protocol/errors.js';
import { clientWith, knowledgeWith, outcomeOf, requestWith } from '../../support/checked-requests.js';

const knowledge = knowledgeWith();
const mustSign = clientWith({ requireSignedRequestObject: true });
const mustPush = clientWith({ requirePushedAuthorizationRequests: true });
const everybodyPushes = knowledgeWith({ requirePushedRequests: true });
const problem = new OAuthError('invalid_request_object', 'the request object is not valid');

describe('how a request has to be delivered', () => {
  it.each<[condition: string, check: () => void, outcome: string]>([
    ['no request object passes', () => requestObjectIsValid(requestWith()), 'passed'],
    [
      'an invalid request object is its own error',
      () => requestObjectIsValid(requestWith({}, { problem })),
      'invalid_request_object',
    ],
    ['an unsigned request passes', () => isSignedIfRequired(requestWith()), 'passed'],
    [
      'an unsigned request of a client that must sign is an error',
      () => isSignedIfRequired(requestWith({}, { client: mustSign })),
      'invalid_request',
    ],
    [
      'a signed request of a client that must sign passes',
      () => isSignedIfRequired(requestWith({}, { client: mustSign, signed: true })),
      'passed',
    ],
    ['a request that was not pushed passes', () => isPushedIfRequired(requestWith(), knowledge), 'passed'],
    [
      'a request that was not pushed is an error for a client that must push',
      () => isPushedIfRequired(requestWith({}, { client: mustPush }), knowledge),
      'invalid_request',
    ],
    [
      'a request that was not pushed is an error where all clients must push',
      () => isPushedIfRequired(requestWith(), everybodyPushes),
      'invalid_request',
    ],
    [
      'a pushed request passes where all clients must push',
      () => isPushedIfRequired(requestWith({}, { pushed: 'hash' }), everybodyPushes),
      'passed',
    ],
    ['a pushed request without request_uri passes', () => containsNoRequestUri(requestWith()), 'passed'],
    [
      'a pushed request with request_uri is an error',
      () => containsNoRequestUri(requestWith({ request_uri: 'urn:example' })),
      'invalid_request',
    ],
    [
      'a device request of a client without the grant type is an error',
      () => isRegisteredForDeviceFlow(requestWith()),
      'unauthorized_client',
    ],
    [
      'a device request of a client with the grant type passes',
      () =>
        isRegisteredForDeviceFlow(
          requestWith({}, { client: clientWith({ grantTypes: [deviceCodeGrantType] }) }),
        ),
      'passed',
    ],
  ])('%s', async (_condition, check, outcome) => {
    expect(await outcomeOf(check)).toBe(outcome);
  });
});
