import type { Registration } from '../../src/clients/client-registration.js';
import { backchannelGrantType } from '../../src/protocol/client-metadata.js';
import { type Shown, signIn, type TestBrowser } from './browser.js';
import { type Answer, type Fields, RelyingParty } from './relying-party.js';
import { alice, type TestServer } from './server.js';
import { shows } from './walk.js';

/** Who signs in. */
interface Person {
  readonly username: string;
  readonly password: string;
}

/** What a client gets to begin with (CIBA Core §7.3). */
export interface Acknowledgement {
  readonly auth_req_id: string;
  readonly expires_in: number;
  readonly interval: number;
}

/** Registers a client that asks people who are not in its browser. */
export function registerAsker(server: TestServer, registration: Registration = {}): Promise<RelyingParty> {
  return RelyingParty.register(server, {
    client_name: 'CallCentre',
    redirect_uris: [],
    grant_types: [backchannelGrantType, 'refresh_token'],
    scope: 'openid profile offline_access contacts.read contacts.write',
    ...registration,
  });
}

/** A backchannel authentication request, whatever it is answered with. */
export function send(asker: RelyingParty, fields: Fields = {}): Promise<Answer> {
  return asker.authenticated('/bc-authorize', { scope: 'openid', login_hint: alice.username, ...fields });
}

/** A backchannel authentication request, which must be taken. */
export async function ask(asker: RelyingParty, fields: Fields = {}): Promise<Acknowledgement> {
  const answer = await send(asker, fields);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return answer.body as unknown as Acknowledgement;
}

export function poll(
  asker: RelyingParty,
  { auth_req_id }: Pick<Acknowledgement, 'auth_req_id'>,
): Promise<Answer> {
  return asker.token({ grant_type: backchannelGrantType, auth_req_id });
}

/** The links to what waits, as the account page has them; the person is signed in first. */
export async function waiting(browser: TestBrowser, user: Person = alice): Promise<string[]> {
  const page = await browser.open('/account');
  const account = shows.signIn(page) ? await signIn(browser, page, user) : page;
  return [...account.html.matchAll(/href="(\/approval\?request=[^"]+)"/g)].map(([, link = '']) => link);
}

/** Up to the page with the question: of the latest request that waits. */
export async function reach(browser: TestBrowser, user: Person = alice): Promise<Shown> {
  return browser.open((await waiting(browser, user)).at(-1) ?? 'nothing waits');
}

export async function decide(
  browser: TestBrowser,
  decision: 'allow' | 'deny',
  fields: Record<string, string | string[]> = {},
  user: Person = alice,
): Promise<Shown> {
  return browser.submit(await reach(browser, user), { decision, ...fields });
}
