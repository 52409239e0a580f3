import { itemsOf } from '../../support/admin-caller.js';
import { responseOf } from '../../support/browser.js';
import { organizationScope, type Person, TestOrganizations } from '../../support/organizations.js';
import { type Answer, RelyingParty } from '../../support/relying-party.js';
import { messageWriter, useServer } from '../../support/server.js';
import { shows, walk } from '../../support/walk.js';

const verifier = 'v'.repeat(43);
const scope = `${messageWriter.scope} organization`;
const requests = 4;

describe('What was given for an organization', () => {
  const server = useServer();
  let world: TestOrganizations;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
  });

  const respond = async (rp: RelyingParty, person: Person, asked: string): Promise<URLSearchParams> =>
    responseOf(await walk(rp.browser, rp.authorizeUrl(verifier, { scope: asked }), person));
  const codeOf = async (rp: RelyingParty, person: Person, asked: string): Promise<string> =>
    (await respond(rp, person, asked)).get('code') ?? '';
  const redeem = (rp: RelyingParty, code: string): Promise<Answer> => rp.redeem({ code, verifier });
  const isActive = async (rp: RelyingParty, token: string): Promise<unknown> =>
    (await rp.introspect(token)).body['active'];

  /** The ways in which a membership ends, and the event that says so. */
  const endings = [
    [
      'the member is removed',
      (id: string, person: Person) => world.leave(id, person),
      'organization.member_removed',
    ],
    ['the organization is deleted', (id: string) => world.delete(id), 'organization.deleted'],
  ] as const;

  it.each(endings)('ends when %s: codes, refresh tokens and access tokens', async (_, end, event) => {
    const { person, organizations } = await world.memberOf(2);
    const [ended = '', kept = ''] = organizations;
    const rp = await RelyingParty.register(server, { scope, access_token_format: 'opaque' });
    const asked = (id: string): string => `openid offline_access ${organizationScope(id)}`;
    const issued = (await redeem(rp, await codeOf(rp, person, asked(ended)))).body;
    const other = (await redeem(rp, await codeOf(rp, person, asked(kept)))).body;
    const none = (await redeem(rp, await codeOf(rp, person, 'openid offline_access'))).body;
    const code = await codeOf(rp, person, asked(ended));

    await end(ended, person);

    expect((await redeem(rp, code)).body.error).toBe('invalid_grant');
    expect((await rp.refresh(issued.refresh_token)).body.error).toBe('invalid_grant');
    expect((await rp.userinfo(issued.access_token)).status).toBe(401);
    expect(await isActive(rp, issued.access_token)).toBe(false);
    for (const { access_token, refresh_token } of [other, none]) {
      expect(await isActive(rp, access_token)).toBe(true);
      expect((await rp.refresh(refresh_token)).status).toBe(200);
    }
    const recorded = itemsOf(await world.admin.get(`/audit-events?event=${event}&limit=1`))[0];
    expect(recorded).toMatchObject({ detail: { organization: ended, revoked: 2 } });
    const grants = itemsOf(await world.admin.get(`/grants?user_id=${person.id}&include_inactive=true`));
    const grant = grants.find((one) => one['organization_id'] === ended);
    const { body } = await world.admin.get(`/grants/${String(grant?.['id'])}/timeline`);
    const actor = recorded?.['actor'];
    expect(body['items']).toContainEqual(expect.objectContaining({ event: 'grant.revoked', actor }));
  });

  it('is asked for again after the member came back', async () => {
    const { person, organizations } = await world.memberOf(1);
    const [id = ''] = organizations;
    const rp = await RelyingParty.register(server, { scope });
    const { refresh_token } = (await redeem(rp, await codeOf(rp, person, 'offline_access organization')))
      .body;
    await world.leave(id, person);
    await world.join(id, person);
    expect((await rp.refresh(refresh_token)).body.error).toBe('invalid_grant');
    const page = await rp.browser.open(rp.authorizeUrl(verifier, { scope: 'offline_access organization' }));
    expect(shows.consent(page)).toBe(true);
  });

  it('is refused if the membership ends while the consent page is shown', async () => {
    const { person, organizations } = await world.memberOf(1);
    const [id = ''] = organizations;
    const rp = await RelyingParty.register(server, { scope });
    await respond(rp, person, 'openid');
    const page = await rp.browser.open(rp.authorizeUrl(verifier, { scope: 'openid organization' }));
    expect(shows.consent(page)).toBe(true);
    await world.leave(id, person);
    const response = responseOf(await rp.browser.submit(page, { decision: 'allow' }));
    expect(response.get('error')).toBe('access_denied');
  });

  it('never becomes a token once its end was answered, however the requests fall', async () => {
    for (const format of ['jwt', 'opaque'])
      for (const [, end] of endings) {
        const { person, organizations } = await world.memberOf(1);
        const [id = ''] = organizations;
        const rp = await RelyingParty.register(server, { scope, access_token_format: format });
        const asked = 'openid offline_access organization';
        const refreshTokens: string[] = [];
        const codes: string[] = [];
        for (let made = 0; made < requests; made++) {
          refreshTokens.push((await redeem(rp, await codeOf(rp, person, asked))).body.refresh_token);
          codes.push(await codeOf(rp, person, asked));
        }
        const all = [
          ...codes.map((code) => () => redeem(rp, code)),
          ...refreshTokens.map((token) => () => rp.refresh(token)),
        ];
        const [answers] = await Promise.all([Promise.all(all.map((send) => send())), end(id, person)]);
        for (const { status, body } of answers) {
          expect([200, 400]).toContain(status);
          if (status !== 200) continue;
          expect(await isActive(rp, body.access_token)).toBe(false);
          expect((await rp.userinfo(body.access_token)).status).toBe(401);
          expect((await rp.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
        }
        for (const send of all) expect((await send()).body.error).toBe('invalid_grant');
      }
  }, 60_000);

  it('is not given once the end was answered, however the requests fall', async () => {
    for (const [, end] of endings) {
      const { person, organizations } = await world.memberOf(1);
      const [id = ''] = organizations;
      const rp = await RelyingParty.register(server, { scope });
      await respond(rp, person, 'openid organization');
      const [responses] = await Promise.all([
        Promise.all(Array.from({ length: requests }, () => respond(rp, person, 'openid organization'))),
        end(id, person),
      ]);
      const outcomes = await Promise.all(
        responses.map(async (response) => {
          const code = response.get('code');
          return code === null ? response.get('error') : (await redeem(rp, code)).body.error;
        }),
      );
      expect(
        outcomes.filter((outcome) => outcome !== 'access_denied' && outcome !== 'invalid_grant'),
      ).toEqual([]);
      const grants = itemsOf(await world.admin.get(`/grants?user_id=${person.id}`));
      expect(grants.filter(({ organization_id }) => organization_id === id)).toEqual([]);
    }
  }, 60_000);
});
