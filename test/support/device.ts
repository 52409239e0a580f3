import { type Shown, signIn, type TestBrowser } from './browser.js';
import { type Answer, RelyingParty } from './relying-party.js';
import { alice, type TestServer } from './server.js';
import { type Credentials, shows } from './walk.js';

export const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

/** What a device gets to begin with (RFC 8628 §3.2). */
export interface Codes {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
}

/** Registers a public client for the device flow. */
export function registerDevice(server: TestServer, registration = {}): Promise<RelyingParty> {
  return RelyingParty.register(server, {
    client_name: 'LivingRoomScreen',
    redirect_uris: [],
    grant_types: [deviceCode, 'refresh_token'],
    token_endpoint_auth_method: 'none',
    scope: 'openid profile offline_access contacts.read contacts.write',
    ...registration,
  });
}

export async function begin(device: RelyingParty, scope?: string): Promise<Codes> {
  const answer = await device.authenticated('/device_authorization', { scope });
  expect(answer.status).toBe(200);
  return answer.body as unknown as Codes;
}

export function poll(device: RelyingParty, codes: Codes): Promise<Answer> {
  return device.token({ grant_type: deviceCode, device_code: codes.device_code });
}

export async function enter(browser: TestBrowser, userCode: string): Promise<Shown> {
  return browser.submit(await browser.open('/device'), { user_code: userCode });
}

/** Up to the page with the question. */
export async function reach(browser: TestBrowser, codes: Codes, user: Credentials = alice): Promise<Shown> {
  const page = await enter(browser, codes.user_code);
  return shows.signIn(page) ? signIn(browser, page, user) : page;
}

export async function allow(browser: TestBrowser, codes: Codes, scopes?: string[]): Promise<Shown> {
  return browser.submit(await reach(browser, codes), {
    decision: 'allow',
    ...(scopes ? { scope: scopes } : {}),
  });
}
