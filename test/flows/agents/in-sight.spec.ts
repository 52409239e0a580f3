import { AuditEvent } from '../../../src/persistence/entities/audit-event.entity.js';
import { TokenUse } from '../../../src/persistence/entities/token-use.entity.js';
import { Database } from '../../../src/persistence/database.js';
import { Sweeper } from '../../../src/persistence/sweeper.js';
import { GrantsStore } from '../../../src/persistence/stores/grants.store.js';
import { TokenUses } from '../../../src/token/token-uses.js';
import { UserDeletion } from '../../../src/users/user-deletion.js';
import { type Shown, type TestBrowser } from '../../support/browser.js';
import { changesOfRows, everyRow, isHousekeeping } from '../../support/database-rows.js';
import { csrfOf, postForm } from '../../support/forms.js';
import { expectRefusal, RelyingParty } from '../../support/relying-party.js';
import { calendar, putResource } from '../../support/resources.js';
import { alice, contacts, useServer } from '../../support/server.js';
import { signedInBrowser } from '../../support/walk.js';

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';
const scope = 'openid offline_access contacts.read calendar.read';

describe('agents in sight', () => {
  const server = useServer({}, { users: [alice] });
  let people = 0;
  let contactSaver: RelyingParty;

  beforeAll(async () => {
    await putResource(server, { ...calendar, scopes: { 'calendar.read': 'Read your calendar' } });
    contactSaver = await RelyingParty.register(server, {
      client_name: 'ContactSaver',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: '',
      introspection_resources: [contacts.identifier],
    });
  });

  /** A person, signed in, with an application of hers. */
  async function person(): Promise<{ browser: TestBrowser; userId: string; credentials: typeof alice }> {
    people++;
    const credentials = { ...alice, username: `alice-${people}`, email: `alice-${people}@example.com` };
    const userId = await server.createUser(credentials);
    return { browser: await signedInBrowser(server, credentials), userId, credentials };
  }

  const agentOf = (browser: TestBrowser, changes: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(
      server,
      { client_name: 'Assistant', scope, eyrie_agent: true, ...changes },
      browser,
    );

  const usesOf = async (userId: string): Promise<Partial<TokenUse>[]> => {
    await server.app.get(TokenUses).flush();
    const uses = await server.app.get(Database).read.find(TokenUse, { where: { userId } });
    return uses
      .map(({ kind, resource, uses: count, askedBy }) => ({ kind, resource, uses: count, askedBy }))
      .toSorted((one, other) =>
        `${one.kind} ${one.resource}`.localeCompare(`${other.kind} ${other.resource}`),
      );
  };

  const stop = async (browser: TestBrowser): Promise<Shown> =>
    postForm(browser, '/account/agents/stop', { _csrf: csrfOf(await browser.open('/account')) });

  const textOf = ({ html }: Shown): string => html.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ');

  describe('what they did', () => {
    it.each(['jwt', 'opaque'])(
      '%s tokens are counted by resource and hour: issued and introspected',
      async (format) => {
        server.clock.advance(3_600 - (server.clock.now() % 3_600));
        const { browser, userId, credentials } = await person();
        const agent = await agentOf(browser, { access_token_format: format });
        const tokens = (
          await agent.redeem(await agent.authorize({ scope: 'contacts.read offline_access' }, credentials))
        ).body;
        for (let count = 0; count < 3; count++)
          expect((await contactSaver.introspect(tokens.access_token)).body.active).toBe(true);
        await agent.introspect(tokens.access_token);
        const askedBy = contactSaver.clientId;
        const [introspected, ...issued] = [
          { kind: 'introspected', resource: contacts.identifier, uses: 3, askedBy },
          { kind: 'issued', resource: server.issuer, uses: 1, askedBy: null },
          { kind: 'issued', resource: contacts.identifier, uses: 1, askedBy: null },
        ];
        expect(await usesOf(userId)).toEqual([introspected, ...issued]);

        await contactSaver.introspect(tokens.access_token);
        expect(await usesOf(userId)).toEqual([{ ...introspected, uses: 4 }, ...issued]);

        server.clock.advance(3_600);
        const refreshed = await agent.refresh(tokens.refresh_token);
        expect(await usesOf(userId)).toHaveLength(5);
        await contactSaver.introspect(refreshed.body.access_token);
        const page = textOf(await browser.open('/account'));
        expect(page).toContain('Assistant Agent');
        expect(page).toContain('it got access to ContactSaver');
        expect(page).toContain('ContactSaver checked its access to ContactSaver (4 times within the hour)');
      },
    );

    it('of other clients nothing is counted', async () => {
      const { browser, userId, credentials } = await person();
      const client = await RelyingParty.register(server, { client_name: 'Letters', scope }, browser);
      const tokens = (await client.redeem(await client.authorize({}, credentials))).body;
      await contactSaver.introspect(tokens.access_token);
      expect(await usesOf(userId)).toEqual([]);
      const page = await browser.open('/account');
      expect(page.html).not.toContain('stop-agents');
      expect(textOf(page)).not.toContain('Letters Agent');
    });

    it('of an agent that acts for itself nothing is counted', async () => {
      const service = await RelyingParty.register(server, {
        eyrie_agent: true,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        scope: 'contacts.read',
      });
      const before = await server.app.get(Database).read.count(TokenUse);
      const { access_token: token } = (await service.token({ grant_type: 'client_credentials' })).body;
      await contactSaver.introspect(token);
      await server.app.get(TokenUses).flush();
      expect(await server.app.get(Database).read.count(TokenUse)).toBe(before);
    });

    it('a service that exchanges a token of an agent is named with the resource to which it goes on', async () => {
      const { browser, userId, credentials } = await person();
      const agent = await agentOf(browser);
      const gateway = await RelyingParty.register(server, {
        client_name: 'Gateway',
        grant_types: [exchange],
        redirect_uris: [],
        introspection_resources: [contacts.identifier],
        token_exchange_clients: [agent.clientId],
        token_exchange_resources: [calendar.identifier],
        scope: 'calendar.read',
      });
      const tokens = (await agent.redeem(await agent.authorize({}, credentials))).body;
      const fields = { subject_token: tokens.access_token, subject_token_type: accessToken };
      expect((await gateway.token({ grant_type: exchange, ...fields })).status).toBe(200);
      expect(await usesOf(userId)).toContainEqual({
        kind: 'exchanged',
        resource: calendar.identifier,
        uses: 1,
        askedBy: gateway.clientId,
      });
      expect(textOf(await browser.open('/account'))).toContain(
        'Gateway used its access to go on to Calendar',
      );
      const data = await browser.open('/account/data');
      expect(data.status).toBe(200);
    });

    it('uses that are counted at the same time add up', async () => {
      const { browser, userId, credentials } = await person();
      const agent = await agentOf(browser);
      const tokens = (await agent.redeem(await agent.authorize({ scope: 'contacts.read' }, credentials)))
        .body;
      await Promise.all(Array.from({ length: 20 }, () => contactSaver.introspect(tokens.access_token)));
      await Promise.all([usesOf(userId), usesOf(userId)]);
      expect(await usesOf(userId)).toContainEqual(
        expect.objectContaining({ kind: 'introspected', uses: 20 }),
      );
    });

    it('they are swept after 30 days, and go with the user', async () => {
      const { browser, userId, credentials } = await person();
      const agent = await agentOf(browser);
      await agent.redeem(await agent.authorize({ scope: 'contacts.read' }, credentials));
      expect(await usesOf(userId)).toHaveLength(1);
      await server.app.get(Sweeper).sweep(server.clock.now() + 29 * 86_400);
      expect(await usesOf(userId)).toHaveLength(1);
      await server.app.get(Sweeper).sweep(server.clock.now() + 30 * 86_400 + 1);
      expect(await usesOf(userId)).toEqual([]);

      const other = await person();
      const another = await agentOf(other.browser);
      const granted = await another.authorize({ scope: 'contacts.read' }, other.credentials);
      await another.redeem(granted);
      expect(await usesOf(other.userId)).toHaveLength(1);
      await server.app.get(UserDeletion).delete(other.userId, 'test');
      expect(await usesOf(other.userId)).toEqual([]);
    });
  });

  describe('stopping all of them', () => {
    it('one button ends what every agent of the person has, and nothing else', async () => {
      const { browser, userId, credentials } = await person();
      const [first, second] = [await agentOf(browser), await agentOf(browser, { client_name: 'Second' })];
      const client = await RelyingParty.register(server, { scope }, browser);
      const tokensOf = async (party: RelyingParty) =>
        (await party.redeem(await party.authorize({}, credentials))).body;
      const [one, two, kept] = [await tokensOf(first), await tokensOf(second), await tokensOf(client)];
      const code = await first.authorize({}, credentials);
      const others = await person();
      const theirs = (
        await RelyingParty.of(
          server,
          { client_id: first.clientId, client_secret: first.secret },
          { redirect_uris: [first.redirectUri], scope },
          others.browser,
        ).redeem(
          await RelyingParty.of(
            server,
            { client_id: first.clientId, client_secret: first.secret },
            { redirect_uris: [first.redirectUri], scope },
            others.browser,
          ).authorize({}, others.credentials),
        )
      ).body;

      await server.app.get(TokenUses).flush();

      const answer = await stop(browser);

      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account']);
      expectRefusal(await first.refresh(one.refresh_token), 400, 'invalid_grant');
      expectRefusal(await second.refresh(two.refresh_token), 400, 'invalid_grant');
      expectRefusal(await first.redeem(code), 400, 'invalid_grant');
      expect((await contactSaver.introspect(one.access_token)).body).toEqual({ active: false });
      expect((await client.refresh(kept.refresh_token)).status).toBe(200);
      expect((await first.refresh(theirs.refresh_token)).status).toBe(200);
      const page = textOf(await browser.open('/account'));
      expect(page).toContain('2 agents were stopped');
      expect(page).toContain('Assistant Stopped');
      const events = await server.app.get(Database).read.find(AuditEvent, { where: { userId } });
      const withdrawn = events.filter(({ event }) => event === 'consent.withdrawn');
      expect(withdrawn.map(({ clientId, actor }) => ({ clientId, actor }))).toEqual(
        [first, second].map(({ clientId }) => ({ clientId, actor: `user:${userId}` })),
      );
      const activity = textOf(await browser.open('/account/activity'));
      expect(activity).toContain('The access of Assistant was withdrawn');
    });

    it('a second time it says that there is none, and changes nothing', async () => {
      const { browser, credentials } = await person();
      const agent = await agentOf(browser);
      await agent.redeem(await agent.authorize({}, credentials));
      await server.app.get(TokenUses).flush();
      const csrf = csrfOf(await browser.open('/account'));
      await Promise.all([1, 2].map(() => postForm(browser, '/account/agents/stop', { _csrf: csrf })));
      await browser.open('/account');
      const before = await everyRow(server);
      const answer = await postForm(browser, '/account/agents/stop', { _csrf: csrf });
      expect(answer.status).toBe(303);
      const changes = changesOfRows(before, await everyRow(server));
      expect(changes.filter((one) => !isHousekeeping(one))).toEqual([]);
      expect(textOf(await browser.open('/account'))).toContain('There is no agent to stop.');
    });

    it('if it fails for one agent, none is stopped', async () => {
      const { browser, credentials } = await person();
      const [first, second] = [await agentOf(browser), await agentOf(browser)];
      const tokens = (await first.redeem(await first.authorize({}, credentials))).body;
      await second.redeem(await second.authorize({}, credentials));
      const grants = server.app.get(GrantsStore);
      const revokeAll = grants.revokeAll.bind(grants);
      grants.revokeAll = async (tx, filter, reason, now) => {
        if (filter.clientId === second.clientId) throw new Error('the database is away');
        return revokeAll(tx, filter, reason, now);
      };
      try {
        expect((await stop(browser)).status).toBe(500);
      } finally {
        grants.revokeAll = revokeAll;
      }
      expect((await first.refresh(tokens.refresh_token)).status).toBe(200);
      expect((await stop(browser)).status).toBe(303);
    });

    it('without the token of the form, or from another site, it is refused and stops nothing', async () => {
      const { browser, credentials } = await person();
      const agent = await agentOf(browser);
      const tokens = (await agent.redeem(await agent.authorize({}, credentials))).body;
      expect((await postForm(browser, '/account/agents/stop', {})).status).toBe(403);
      const csrf = csrfOf(await browser.open('/account'));
      const foreign = { origin: 'https://evil.example.com' };
      expect((await postForm(browser, '/account/agents/stop', { _csrf: csrf }, foreign)).status).toBe(403);
      expect((await agent.refresh(tokens.refresh_token)).status).toBe(200);
    });
  });
});
