import { randomUUID } from 'node:crypto';
import { JobsStore } from '../../../src/persistence/stores/jobs.store.js';
import { DeliveryQueue } from '../../../src/queue/delivery-queue.js';
import { JobRunner } from '../../../src/users/transfer/job-runner.js';
import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { useServer } from '../../support/server.js';
import { endOfJob, letGo, startWaiting } from '../../support/user-jobs.js';

const rows = 150;
const file = ['username', ...Array.from({ length: rows }, (_, index) => `row-${index}`), ''].join('\n');

describe('An import', () => {
  const server = useServer();
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  const usersAmong = async (prefix: string): Promise<unknown[]> =>
    (await admin.everyItem(`/users?search=${prefix}`, 100)).map(({ username }) => username);

  it('whose process dies in the middle of a batch goes on with that batch: no row comes twice, none is lost', async () => {
    const id = await startWaiting(admin, file);
    const runner = server.app.get(JobRunner);
    for (let step = 0; step < 3; step++) await runner.step(id);
    const jobs = server.app.get(JobsStore);
    const advance = jobs.advance.bind(jobs);
    // What a process has not committed is lost with it.
    jobs.advance = () => Promise.reject(new Error('killed'));
    await expect(runner.step(id)).rejects.toThrow('killed');
    jobs.advance = advance;

    const half = (await admin.get(`/jobs/${id}`)).body;
    expect(half).toMatchObject({ state: 'running', total: rows, done: 60, created: 60, ended_at: null });
    expect(await usersAmong('row-')).toHaveLength(60);
    await letGo(admin);
    expect(await endOfJob(admin, id)).toMatchObject({
      state: 'succeeded',
      done: rows,
      created: rows,
      refused: 0,
    });
    expect(new Set(await usersAmong('row-')).size).toBe(rows);
  });

  it('that two processes work on at once does each row once', async () => {
    const id = await startWaiting(admin, file.replaceAll('row-', 'twice-'));
    const runner = server.app.get(JobRunner);
    const work = async (): Promise<void> => {
      while (await runner.step(id));
    };
    await Promise.all([work(), work(), work()]);

    expect((await admin.get(`/jobs/${id}`)).body).toMatchObject({
      state: 'succeeded',
      done: rows,
      created: rows,
      skipped: 0,
    });
    const events = await admin.everyItem('/audit-events?event=user.created', 200);
    expect(new Set(events.map(({ user_id: userId }) => userId)).size).toBe(events.length);
    await letGo(admin);
  });

  it('that is cancelled keeps what it has done, and does nothing more', async () => {
    const id = await startWaiting(admin, file.replaceAll('row-', 'cancelled-'));
    const runner = server.app.get(JobRunner);
    await runner.step(id);

    expect((await admin.delete(`/jobs/${id}`)).status).toBe(409);
    expect((await admin.post(`/jobs/${id}/cancel`)).body).toMatchObject({ state: 'cancelled', done: 20 });
    expect((await admin.post(`/jobs/${id}/cancel`)).status).toBe(409);
    expect((await admin.post(`/jobs/${randomUUID()}/cancel`)).status).toBe(404);
    await letGo(admin);
    await server.app.get(DeliveryQueue).deliverDue();
    expect(await usersAmong('cancelled-')).toHaveLength(20);
    expect(itemsOf(await admin.get('/audit-events?event=users.job_cancelled'))).toHaveLength(1);
  });

  it('is one of several: they take turns in the queue', async () => {
    const ids = [];
    for (const name of ['first', 'second'])
      ids.push(await startWaiting(admin, file.replaceAll('row-', `${name}-`)));
    await letGo(admin);

    for (const id of ids) expect(await endOfJob(admin, id)).toMatchObject({ created: rows });
  });
});
