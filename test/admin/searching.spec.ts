import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { RelyingParty } from '../support/relying-party.js';
import { alice, contacts, useServer } from '../support/server.js';

describe('Lists and resources of the admin API', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    await server.createUser(alice);
  });

  it('clients are found by a part of their id, name or a redirection URI, in any case', async () => {
    await admin.post('/clients', {
      client_id: 'finder',
      client_name: 'Über "Suche"',
      redirect_uris: ['https://one.example/cb', 'https://Two.example/a%20b?x=1_2'],
    });
    const found = async (search: string): Promise<unknown[]> =>
      (await admin.everyItem(`/clients?${new URLSearchParams({ search }).toString()}`, 10)).map(
        ({ client_id }) => client_id,
      );
    for (const part of ['FIND', 'über', '"suche"', 'two.EXAMPLE/a%20b', '=1_2', 'one.example/cb'])
      expect({ part, ids: await found(part) }).toEqual({ part, ids: ['finder'] });
    for (const part of ['cb","', 'a%b', 'nowhere', '\\']) expect(await found(part)).toEqual([]);
  });

  it.each(['/users', '/clients', '/grants', '/tokens', '/registration-tokens', '/audit-events'])(
    '%s lists what is of a time',
    async (path) => {
      const fill = async (): Promise<void> => {
        admin = await AdminCaller.register(server);
        const name = `at-${server.clock.now()}-${path.slice(1)}`;
        await admin.post('/users', { username: name, password: alice.password });
        await admin.post('/registration-tokens', { note: name });
        const party = await RelyingParty.register(server, { access_token_format: 'opaque' });
        await party.tokens();
      };
      await fill();
      server.clock.advance(60);
      const middle = server.clock.now();
      await fill();
      const list = async (query: string): Promise<number[]> =>
        (await admin.everyItem(`${path}?${query}`, 3)).map(
          (item) => (item.at ?? item.issued_at ?? item.created_at) as number,
        );
      const [all, later, earlier] = [
        await list(''),
        await list(`since=${middle}`),
        await list(`until=${middle}`),
      ];
      expect([later.length > 0, earlier.length > 0]).toEqual([true, true]);
      expect(later.every((time) => time >= middle)).toBe(true);
      expect(earlier.every((time) => time < middle)).toBe(true);
      expect(later.length + earlier.length).toBe(all.length);
      expect(await list(`since=${middle}&until=${middle}`)).toEqual([]);
    },
  );

  it('a list that is asked for a time goes on where a page ended, though that item is gone meanwhile', async () => {
    admin = await AdminCaller.register(server);
    server.clock.advance(60);
    const since = server.clock.now();
    const ids: string[] = [];
    for (let number = 1; number <= 5; number += 1) {
      const user = { username: `gone-${number}`, password: alice.password };
      ids.push((await admin.post('/users', user)).body.id as string);
      if (number === 3) server.clock.advance(1);
    }
    const page = async (after?: string): Promise<{ found: unknown[]; next: string }> => {
      const cursor = after === undefined ? '' : `&after=${after}`;
      const answer = await admin.get(`/users?since=${since}&until=${since + 60}&limit=2${cursor}`);
      return { found: itemsOf(answer).map(({ id }) => id), next: answer.body.next as string };
    };

    const first = await page();
    expect(first.found).toEqual(ids.slice(0, 2));
    expect((await admin.delete(`/users/${ids[1]}`)).status).toBe(204);
    const second = await page(first.next);
    expect(second.found).toEqual(ids.slice(2, 4));
    expect(await page(second.next)).toEqual({ found: ids.slice(4), next: null });
    // An id alone is a cursor as well, and that of a time one of a list without.
    expect((await page(ids[3])).found).toEqual(ids.slice(4));
    const rest = await admin.get(`/users?after=${second.next}`);
    expect(itemsOf(rest).map(({ id }) => id)).toEqual(ids.slice(4));
  });

  it('a resource that is deleted gets no tokens any more, and its scopes are no longer allowed', async () => {
    const path = `/resources/${encodeURIComponent(contacts.identifier)}`;
    const party = await RelyingParty.register(server);
    const { refresh_token, scope } = await party.tokens();
    expect(scope).toContain('contacts.read');
    admin = await AdminCaller.register(server);
    expect((await admin.with({ 'if-match': '"another"' }).delete(path)).status).toBe(412);
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.delete(path)).status).toBe(404);
    expect((await admin.get(path)).status).toBe(404);

    server.clock.advance(5);
    expect((await party.refresh(refresh_token)).body.scope ?? '').not.toContain('contacts.read');
    // Another resource may take the name of the scope, and then people are asked.
    await admin.put('/resources', { ...contacts, identifier: 'https://other.example.com' });
    const page = await party.browser.open(party.authorizeUrl('v'.repeat(43)));
    expect(page.html).toContain('id="allow"');
    const events = await admin.get('/audit-events?event=resource.deleted');
    expect(events.body.items).toMatchObject([{ detail: { identifier: contacts.identifier } }]);
  });

  it('an identifier as long as a resource may have one is read and deleted', async () => {
    const identifier = `https://example.com/${'%'.repeat(492)}`;
    expect((await admin.put('/resources', { identifier, name: 'Long', scopes: {} })).status).toBe(200);
    const path = `/resources/${encodeURIComponent(identifier)}`;
    expect((await admin.get(path)).body).toMatchObject({ identifier });
    expect((await admin.delete(path)).status).toBe(204);
  });
});
