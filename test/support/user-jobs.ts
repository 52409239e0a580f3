import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import type { AdminCaller } from './admin-caller.js';
import type { Answer } from './relying-party.js';

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
