import { LeasesStore } from '../../src/persistence/stores/leases.store.js';
import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import type { AdminCaller } from './admin-caller.js';
import type { Answer } from './relying-party.js';

const queueLease = 'deliveries';

/** A job that was started, once it has ended. */
export async function endOf(admin: AdminCaller, started: Answer): Promise<Answer['body']> {
  expect(started).toMatchObject({ status: 202, body: { state: 'waiting' } });
  expect(started.headers.get('location')).toBe(`/admin/jobs/${String(started.body['id'])}`);
  return endOfJob(admin, String(started.body['id']));
}

export async function endOfJob(admin: AdminCaller, id: string): Promise<Answer['body']> {
  await admin.server.app.get(DeliveryQueue).deliverDue();
  const { status, body } = await admin.get(`/jobs/${id}`);
  expect(status).toBe(200);
  expect(body['ended_at']).toEqual(expect.any(Number));
  return body;
}

/** Starts an import while another replica holds the queue: nothing of it is done until that lets go. */
export async function startWaiting(admin: AdminCaller, content: string): Promise<string> {
  const now = admin.server.clock.now();
  await admin.server.app.get(LeasesStore).acquire(queueLease, 'another', now, now + 60);
  const { status, body } = await admin.postFile('/user-imports', content);
  expect(status).toBe(202);
  return String(body['id']);
}

/** Has the other replica let go of the queue. */
export const letGo = ({ server }: AdminCaller): Promise<void> =>
  server.app.get(LeasesStore).release(queueLease, 'another');

/** Imports users, and waits for the end. */
export async function importUsers(
  admin: AdminCaller,
  content: string,
  { type = 'text/csv', query = '' }: { readonly type?: string; readonly query?: string } = {},
): Promise<Answer['body']> {
  return endOf(admin, await admin.postFile(`/user-imports${query}`, content, type));
}

/** Rows as JSON lines. */
export const lines = (...rows: readonly object[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

export const jsonLines = 'application/x-ndjson';
