import type { FastifyRequest } from 'fastify';
import { endpoints } from '../../src/config/endpoints.js';
import { readSettings, type Settings } from '../../src/config/settings.js';
import { lookupHash } from '../../src/crypto/opaque-token.js';
import { Secrets } from '../../src/crypto/secrets.js';
import type { ClientDirectory } from '../../src/clients/client-directory.js';
import { Languages } from '../../src/http/languages.js';
import { Browser } from '../../src/http/browser.js';
import { Cookies } from '../../src/http/cookies.js';
import {
  type AuthorizationInteraction,
  type DeviceInteraction,
  interactionLifetimeSeconds,
  Interactions,
} from '../../src/interaction/interaction.js';
import { afterSignIn, stepUrl } from '../../src/interaction/steps.js';
import { WayBack } from '../../src/interaction/way-back.js';
import { TestClock } from '../support/clock.js';

const secrets = new Secrets('a secret of thirty-two characters');
const requestOf = (secret: string): FastifyRequest =>
  ({ cookies: { eyrie_browser: secret } }) as unknown as FastifyRequest;
const noWayBack = new WayBack({ find: async () => undefined } as unknown as ClientDirectory, secrets);
const request = requestOf('this browser');
const page = (status: number, code: string): Error =>
  expect.objectContaining({ name: 'PageError', status, code }) as Error;

describe('A sealed interaction', () => {
  let clock: TestClock;
  let interactions: Interactions;
  let authorization: AuthorizationInteraction;
  let device: DeviceInteraction;

  beforeEach(() => {
    clock = new TestClock();
    const cookies = new Cookies({ origin: 'http://localhost:3000', issuerPath: '' } as Settings);
    const languages = new Languages(cookies, readSettings({}));
    interactions = new Interactions(secrets, new Browser(cookies), noWayBack, languages, clock);
    const begun = {
      browser: lookupHash('this browser'),
      id: 'interaction',
      startedAt: clock.now(),
      clientId: 'message-writer',
      clientName: 'MessageWriter',
    };
    authorization = {
      ...begun,
      kind: 'authorization',
      parameters: [['client_id', 'message-writer']],
      signed: false,
      redirectOrigin: 'https://writer.example.com',
    };
    device = { ...begun, kind: 'device', userCode: 'BCDFGHJK' };
  });

  it('opens again in the browser that began it', async () => {
    for (const interaction of [authorization, device])
      expect(await interactions.open(await interactions.seal(interaction), request)).toEqual(interaction);
  });

  it('is forbidden in another browser', async () => {
    const sealed = await interactions.seal(device);

    await expect(interactions.open(sealed, requestOf('another browser'))).rejects.toEqual(
      page(403, 'forbidden'),
    );
  });

  it('is forbidden if it is forged', async () => {
    await expect(interactions.open('forged', request)).rejects.toEqual(page(403, 'forbidden'));
  });

  it('expires after its lifetime', async () => {
    const sealed = await interactions.seal(device);
    clock.advance(interactionLifetimeSeconds);

    await expect(interactions.open(sealed, request)).rejects.toEqual(page(400, 'expired'));
  });

  it('counts as expired if a release without kinds sealed it', async () => {
    const { kind: _kind, ...former } = authorization;
    const sealed = await secrets.seal('interaction', former);

    await expect(interactions.open(sealed, request)).rejects.toEqual(page(400, 'expired'));
  });

  it('of a device does not open as an authorization request', async () => {
    const sealed = await interactions.seal(device);

    await expect(interactions.openAuthorization(sealed, request)).rejects.toEqual(
      page(400, 'invalid_request'),
    );
  });
});

describe('the URL of a step', () => {
  it.each([
    ['sign-in', endpoints.signIn],
    ['select-account', endpoints.selectAccount],
    ['consent', endpoints.consent],
    ['confirm-device', endpoints.deviceConfirm],
    ['confirm-approval', endpoints.approvalConfirm],
    ['resume', endpoints.resume],
    ['restart', endpoints.restart],
  ] as const)('%s is that of its page, with the interaction', (step, path) => {
    expect(stepUrl(step, 'sealed')).toBe(`${path}?interaction=sealed`);
  });

  it('after a sign-in is that of the authorization endpoint, or of the page with the question', () => {
    expect(afterSignIn).toEqual({
      authorization: 'resume',
      device: 'confirm-device',
      approval: 'confirm-approval',
    });
  });
});
