import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Delivery } from '../../src/persistence/entities/delivery.entity.js';
import { DeliveriesStore } from '../../src/persistence/stores/deliveries.store.js';
import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import type { TestBrowser } from './browser.js';
import type { Received } from './logout-receiver.js';
import type { TestServer } from './server.js';

/** Delivers everything that is due, also if a delivery has begun already. */
export async function deliver(server: TestServer): Promise<void> {
  const logout = server.app.get(DeliveryQueue);
  await logout.deliverDue();
  await logout.deliverDue();
}

/** The deliveries for a client. */
export async function queued(server: TestServer, clientId: string): Promise<Delivery[]> {
  const page = await server.app.get(DeliveriesStore).list({ clientId }, { limit: 100 });
  return page.items;
}

/** The claims of a logout token, once it is verified. */
export async function verified(
  server: TestServer,
  received: Received | undefined,
  audience: string,
): Promise<Record<string, unknown>> {
  const { payload } = await jwtVerify(
    received?.body.get('logout_token') ?? '',
    createRemoteJWKSet(new URL('/jwks', server.issuer)),
    { issuer: server.issuer, audience, typ: 'logout+jwt', currentDate: new Date(server.clock.now() * 1000) },
  );
  return payload;
}

export async function signOutAt(browser: TestBrowser): Promise<void> {
  const account = await browser.open('/account');
  const [form = ''] = /<form[^>]*action="\/account\/sign-out"[\s\S]*?<\/form>/.exec(account.html) ?? [];
  const done = await browser.submit({ ...account, html: form }, { _csrf: csrfOf(form) });
  expect(done.html).toContain('You are signed out');
}

const csrfOf = (html: string): string => /name="_csrf" value="([^"]*)"/.exec(html)?.[1] ?? '';
