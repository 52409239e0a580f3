import { parse } from 'csv-parse/sync';
import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { carol, useServer } from '../../support/server.js';
import { endOf, importUsers, jsonLines, lines } from '../../support/user-jobs.js';

describe('An export of users', () => {
  const server = useServer({}, { users: [carol] });
  let admin: AdminCaller;

  const exported = async (body: object): Promise<string> => {
    const { id, state } = await endOf(admin, await admin.post('/user-exports', body));
    expect(state).toBe('succeeded');
    return (await admin.get(`/jobs/${String(id)}/result`)).text;
  };

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    await admin.post('/groups', { name: 'writers; and readers' });
    await admin.post('/groups', { name: 'writers' });
    await importUsers(
      admin,
      lines(
        { username: 'eve', name: '=HYPERLINK("https://evil.example.com")', groups: ['writers'] },
        { username: '-dash', groups: ['writers; and readers', 'writers'], disabled: true },
        ...Array.from({ length: 230 }, (_, index) => ({
          username: `user-${index}`,
          name: `Zoë 😀 ${index}`,
        })),
      ),
      { type: jsonLines },
    );
  });

  it('in CSV is what an import reads back: nobody is changed by it', async () => {
    const text = await exported({ format: 'csv' });
    const rows: Record<string, string>[] = parse(text, { columns: true });

    expect(rows).toHaveLength(233);
    expect(rows[0]).toMatchObject({ username: 'carol', phone_number: "'+49 30 1234567", password_hash: '' });
    expect(rows[1]).toMatchObject({ username: 'eve', name: '\'=HYPERLINK("https://evil.example.com")' });
    expect(text).not.toContain('argon2');
    const job = await importUsers(admin, text, { query: '?mode=upsert' });
    expect(job).toMatchObject({ state: 'succeeded', total: 233, created: 0, updated: 0, skipped: 233 });
  });

  it('in JSON lines with hashes moves people with their passwords', async () => {
    const text = await exported({ format: 'jsonl', hashes: true });
    const first = JSON.parse(text.split('\n')[0] ?? '') as Record<string, unknown>;

    expect(first).toMatchObject({
      username: 'carol',
      address: { formatted: 'Unter den Linden 1' },
      password_hash: expect.stringMatching(/^\$argon2id\$/) as unknown,
    });
    for (const { id } of itemsOf(await admin.get('/users?search=dash')))
      await admin.delete(`/users/${String(id)}`);
    const job = await importUsers(admin, text, { type: jsonLines });
    expect(job).toMatchObject({ created: 1, skipped: 232, refused: 0 });
    const [dash] = itemsOf(await admin.get('/users?search=dash'));
    expect(dash).toMatchObject({ username: '-dash', disabled_at: expect.any(Number) as unknown });
  });

  it('has no result before it has succeeded, and none of its own for an import', async () => {
    const { id } = (await admin.post('/user-exports', {})).body;
    const job = await importUsers(admin, 'username\nsomebody\n');

    expect((await admin.get(`/jobs/${String(job['id'])}/result`)).status).toBe(409);
    expect((await admin.get('/jobs/none/result')).status).toBe(404);
    expect((await admin.delete(`/jobs/${String(id)}`)).status).toBe(204);
    expect((await admin.get(`/jobs/${String(id)}/result`)).status).toBe(404);
    expect((await admin.delete(`/jobs/${String(job['id'])}`)).status).toBe(204);
    expect((await admin.get(`/jobs/${String(job['id'])}`)).status).toBe(404);
  });

  it('is listed with the other jobs, newest first, by kind and state', async () => {
    const all = await admin.everyItem('/jobs', 1);

    const ids = all.map(({ id }) => String(id));
    expect(ids).toEqual(ids.toSorted().toReversed());
    const exports = itemsOf(await admin.get('/jobs?kind=user_export&state=succeeded'));
    expect(exports).toHaveLength(all.filter(({ kind }) => kind === 'user_export').length);
    expect(itemsOf(await admin.get('/jobs?state=failed'))).toEqual([]);
    expect((await admin.get('/jobs?kind=other')).status).toBe(400);
  });
});
