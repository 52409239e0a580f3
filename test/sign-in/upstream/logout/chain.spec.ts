import { UpstreamRegistration } from '../../../../src/sign-in/upstream/upstream-registration.js';
import { TestBrowser } from '../../../support/browser.js';
import { isSignedIn } from '../../../support/logout.js';
import { deliver, queued, signOutAt, verified } from '../../../support/logout-deliveries.js';
import { LogoutReceiver } from '../../../support/logout-receiver.js';
import { payloadOf, RelyingParty } from '../../../support/relying-party.js';
import { alice, startServer, type TestServer } from '../../../support/server.js';
import { goTo } from '../../../support/upstream.js';
import { walk } from '../../../support/walk.js';

describe('L1 a chain of two Eyries and a client', () => {
  let above: TestServer;
  let below: TestServer;
  let receiver: LogoutReceiver;
  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    below = await startServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
    // The last one checks passwords: passport-local is registered for the whole process.
    above = await startServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
    await above.createUser(alice);
    const registration = below.app.get(UpstreamRegistration);
    const member = {
      alias: 'above',
      name: 'Above',
      issuer: above.issuer,
      client_id: 'below',
      new_account: 'create',
    } as const;
    await registration.put({ ...member, client_secret: 'to be replaced' }, 'test');
    const { redirect_uri, backchannel_logout_uri } = registration.shown(await registration.require('above'));
    const { secret } = await above.register({
      client_id: 'below',
      client_name: 'Below',
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code'],
      scope: 'openid profile email',
      backchannel_logout_uri,
      backchannel_logout_session_required: true,
    });
    await registration.put({ ...member, client_secret: secret }, 'test');
  });
  afterAll(async () => {
    await below.stop();
    await above.stop();
    await receiver.stop();
  });

  /** Signs in below by way of the upstream, where the other browser stays signed in. */
  const signInBelow = async (there: TestBrowser): Promise<TestBrowser> => {
    const here = new TestBrowser(below.issuer);
    const page = await walk(there, await goTo(here, await here.open('/login'), 'above'), alice);
    await here.open(page.headers.get('location') ?? page.url);
    expect(await isSignedIn(here)).toBe(true);
    return here;
  };

  it('L1 a sign-out above ends the session below, which notifies its client; other sessions stay', async () => {
    const [there, elsewhere] = [new TestBrowser(above.issuer), new TestBrowser(above.issuer)];
    const here = await signInBelow(there);
    const beside = await signInBelow(elsewhere);
    const client = await RelyingParty.register(
      below,
      { backchannel_logout_uri: receiver.uri('/client') },
      here,
    );
    const { id_token: idToken } = await client.tokens();
    await signOutAt(there);
    expect(await isSignedIn(here)).toBe(true);
    await deliver(above);
    expect(await isSignedIn(here)).toBe(false);
    expect(await isSignedIn(beside)).toBe(true);
    await deliver(below);

    const [received, ...more] = receiver.take();
    expect(more).toEqual([]);
    expect((await verified(below, received, client.clientId))['sid']).toBe(payloadOf(idToken).sid);
    expect((await queued(above, 'below')).map(({ state }) => state)).toEqual(['delivered']);
  });

  it('L1 a sign-out below does not end the session above', async () => {
    const there = new TestBrowser(above.issuer);
    await signOutAt(await signInBelow(there));
    await deliver(below);

    expect(await isSignedIn(there)).toBe(true);
  });
});
