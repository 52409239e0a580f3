import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../../src/application.js';
import { ClientRegistration } from '../../../src/clients/client-registration.js';
import { readSettings } from '../../../src/config/settings.js';
import { GrantRecords } from '../../../src/consent/grant-records.js';
import { OrganizationConsents } from '../../../src/consent/organizations/organization-consents.js';
import { OrganizationConsentsStore } from '../../../src/persistence/stores/organization-consents.store.js';
import { itemsOf } from '../../support/admin-caller.js';
import { responseOf } from '../../support/browser.js';
import { organizationScope, TestOrganizations } from '../../support/organizations.js';
import { RelyingParty } from '../../support/relying-party.js';
import { messageWriter, testSecret, useServer } from '../../support/server.js';
import { shows, signedInBrowser } from '../../support/walk.js';

const verifier = 'v'.repeat(43);
const scope = `${messageWriter.scope} organization`;
const requests = 6;
const rounds = 4;

describe('What an administrator withdraws at another replica', () => {
  const server = useServer();
  let world: TestOrganizations;
  let elsewhere: NestFastifyApplication;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
    const settings = { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret, EYRIE_LOG_LEVEL: 'error' };
    elsewhere = await createApplication(readSettings(settings));
    await elsewhere.init();
  });
  afterAll(() => elsewhere.close());

  const there = (): OrganizationConsents => elsewhere.get(OrganizationConsents);

  /** A member who is signed in, and a client that may have `openid offline_access` of members. */
  async function prepare() {
    const { person, organizations } = await world.memberOf(1);
    const [organizationId = ''] = organizations;
    const rp = await RelyingParty.register(server, { scope }, await signedInBrowser(server, person));
    const key = { organizationId, clientId: rp.clientId };
    await there().put(key, 'openid offline_access', 'test');
    const asked = `openid offline_access ${organizationScope(organizationId)}`;
    const request = (more: object = {}) =>
      rp.browser.open(rp.authorizeUrl(verifier, { scope: asked, ...more }));
    const activeGrants = async (): Promise<unknown[]> =>
      itemsOf(await world.admin.get(`/grants?user_id=${person.id}&client_id=${rp.clientId}`));
    return { rp, key, request, activeGrants };
  }

  /** Has something happen once, after the next request was decided and before anything is written for it. */
  function meanwhile(happens: () => Promise<unknown>): void {
    const records = server.app.get(GrantRecords);
    const keepClient = records.keepClient.bind(records);
    records.keepClient = async (client) => {
      records.keepClient = keepClient;
      await happens();
      await keepClient(client);
    };
  }

  it.each([
    ['is withdrawn', ({ key }: Prepared) => there().withdraw(key, false, 'test')],
    ['loses a scope', ({ key }: Prepared) => there().put(key, 'openid', 'test')],
    [
      'goes with its client',
      ({ key }: Prepared) => elsewhere.get(ClientRegistration).delete(key.clientId, 'test'),
    ],
  ])('allows no grant that was decided before: it %s', async (_, end) => {
    const prepared = await prepare();
    meanwhile(() => end(prepared));
    const page = await prepared.request();
    expect(responseOf(page).get('code')).toBeNull();
    expect(await prepared.activeGrants()).toEqual([]);
  });

  it('has the person asked, who is shown the page', async () => {
    const { key, request } = await prepare();
    meanwhile(() => there().withdraw(key, false, 'test'));
    expect(shows.consent(await request())).toBe(true);
  });

  it('is decided anew with what is allowed instead', async () => {
    const { key, request } = await prepare();
    meanwhile(() => there().put(key, 'openid email offline_access', 'test'));
    expect(responseOf(await request()).get('code')).not.toBeNull();
  });

  it('leaves no grant if these are revoked too, and gives none once it was answered, however the requests fall', async () => {
    for (let round = 0; round < rounds; round++) {
      const { rp, key, request, activeGrants } = await prepare();
      const silent = { prompt: 'none' };
      const [pages] = await Promise.all([
        Promise.all(Array.from({ length: requests }, () => request(silent))),
        there().withdraw(key, true, 'test'),
      ]);
      const outcomes = await Promise.all(
        pages.map(async (page) => {
          const response = responseOf(page);
          const code = response.get('code');
          return code === null ? response.get('error') : (await rp.redeem({ code, verifier })).body.error;
        }),
      );
      expect(
        outcomes.filter((outcome) => outcome !== 'consent_required' && outcome !== 'invalid_grant'),
      ).toEqual([]);
      expect(await activeGrants()).toEqual([]);
      expect(responseOf(await request(silent)).get('error')).toBe('consent_required');
    }
  }, 60_000);

  it('is put and withdrawn at once by several, and is there or not in the end, once', async () => {
    for (let round = 0; round < rounds; round++) {
      const { key } = await prepare();
      const here = server.app.get(OrganizationConsents);
      const outcomes = await Promise.allSettled([
        here.put(key, 'openid', 'test'),
        there().put(key, 'openid profile', 'test'),
        here.withdraw(key, false, 'test'),
        there().withdraw(key, false, 'test'),
        there().put(key, 'email', 'test'),
      ]);
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [String(outcome.reason)] : [],
      );
      expect(failures.filter((failure) => !failure.includes('NotFoundException'))).toEqual([]);
      const { items } = await server.app
        .get(OrganizationConsentsStore)
        .list(key.organizationId, { limit: 10 });
      expect(items.length).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});

type Prepared = { readonly key: { readonly organizationId: string; readonly clientId: string } };
