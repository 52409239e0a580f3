import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { useServer } from '../../support/server.js';
import {
  endOf,
  endOfJob,
  importUsers,
  jsonLines,
  letGo,
  lines,
  startWaiting,
} from '../../support/user-jobs.js';

describe('Whoever may administer users alone', () => {
  const server = useServer(
    {},
    { users: [{ username: 'root', password: 'a long passphrase 1', administrator: true, name: 'Root' }] },
  );
  let admin: AdminCaller;
  let support: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    support = await AdminCaller.register(server, 'eyrie.users');
    await admin.post('/groups', { name: 'writers' });
    await admin.post('/roles', { name: 'editor' });
  });

  it('imports neither administrators nor changes of them, nor groups and roles', async () => {
    const job = await importUsers(
      support,
      lines(
        { username: 'a', administrator: true },
        { username: 'b', admin_roles: ['auditor'] },
        { username: 'root', name: 'Mallory' },
        { username: 'c', groups: ['writers'] },
        { username: 'd', roles: ['editor'] },
        { username: 'e' },
      ),
      { type: jsonLines, query: '?mode=upsert' },
    );

    expect(job).toMatchObject({ created: 1, updated: 0, refused: 5 });
    const users = itemsOf(await admin.get('/users'));
    expect(users.map(({ username }) => String(username)).toSorted()).toEqual(['e', 'root']);
    expect(users.find(({ username }) => username === 'root')).toMatchObject({ name: 'Root' });
  });

  it('reads no groups and roles that somebody exported who may read them', async () => {
    const { id } = await endOf(admin, await admin.post('/user-exports', {}));
    const own = await endOf(support, await support.post('/user-exports', {}));

    const refused = await support.get(`/jobs/${String(id)}/result`);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('eyrie.groups.read')]);
    expect((await admin.get(`/jobs/${String(id)}/result`)).status).toBe(200);
    expect((await support.get(`/jobs/${String(own.id)}/result`)).status).toBe(200);
  });

  it('exports no hashes, and neither reads those that an administrator exports', async () => {
    expect((await support.post('/user-exports', { hashes: true })).status).toBe(403);
    const started = await admin.post('/user-exports', { hashes: true });
    const { id } = await endOf(admin, started);

    expect((await support.get(`/jobs/${String(id)}/result`)).status).toBe(403);
    expect((await admin.get(`/jobs/${String(id)}/result`)).text).toContain('$argon2id$');
    const events = itemsOf(await admin.get('/audit-events'));
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          event: 'users.export_started',
          detail: expect.objectContaining({ hashes: 'yes' }) as unknown,
        }),
        expect.objectContaining({ event: 'users.export_downloaded' }),
      ]),
    );
  });

  it('imports nothing more once the client is disabled', async () => {
    const former = await AdminCaller.register(server, 'eyrie.users');
    const started = await startWaiting(former, 'username\nlate\n');
    await admin.post(`/clients/${former.clientId}/disable`);
    await letGo(admin);
    const job = await endOfJob(admin, started);

    expect(job).toMatchObject({
      state: 'failed',
      done: 0,
      problem: 'whoever started it may no longer administer users',
    });
    expect(itemsOf(await admin.get('/users?username=late'))).toEqual([]);
  });

  it.each(['eyrie.users.read', 'eyrie.admin.read', 'eyrie.groups'])(
    'is not who has the scope %s, who can start no job',
    async (scope) => {
      const reader = await AdminCaller.register(server, scope);

      expect((await reader.postFile('/user-imports', 'username\nx\n')).status).toBe(403);
      expect((await reader.post('/user-exports', {})).status).toBe(403);
    },
  );

  it('has no more than five jobs that have not ended', async () => {
    const busy = await AdminCaller.register(server, 'eyrie.users');
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push(await startWaiting(busy, `username\nbusy-${count}\n`));

    expect((await busy.postFile('/user-imports', 'username\nx\n')).status).toBe(409);
    expect((await busy.post('/user-exports', {})).status).toBe(409);
    for (const id of ids) expect((await busy.post(`/jobs/${id}/cancel`)).status).toBe(200);
    expect((await busy.postFile('/user-imports', 'username\nx\n')).status).toBe(202);
    await letGo(admin);
  });

  it('has no more than five of those whose files arrive at once', async () => {
    const busy = await AdminCaller.register(server, 'eyrie.users');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, number) =>
        busy.postFile('/user-imports', `username\nat-once-${number}\n`),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(5);
    expect(statuses.filter((status) => status === 409)).toHaveLength(7);
    await letGo(admin);
  });

  it('sends files of at most 500,000 rows', async () => {
    const answer = await admin.postFile('/user-imports', `username\n${'u\n'.repeat(500_001)}`);
    expect(answer.status).toBe(413);
    expect(JSON.stringify(answer.body)).toContain('at most 500000 rows');
  });
});
