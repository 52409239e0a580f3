import { randomBytes, randomUUID } from 'node:crypto';
import { Database } from '../../src/persistence/database.js';
import type { Session } from '../../src/persistence/entities/session.entity.js';
import { SessionsStore } from '../../src/persistence/stores/sessions.store.js';
import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { csrfOf, postForm, sessionsOn } from '../support/forms.js';
import { alice, useServer } from '../support/server.js';

/** More than the page shows. */
const count = 120;

describe('Somebody with many sessions', () => {
  const server = useServer();
  let userId: string;
  let here: TestBrowser;
  let own: Session;

  beforeAll(async () => {
    userId = await server.createUser(alice);
    here = new TestBrowser(server.issuer);
    await signIn(here, await here.open('/login'), alice);
    const { app, clock } = server;
    const store = app.get(SessionsStore);
    [own] = (await store.list(userId, { limit: 1 })).items as [Session];
    // Robots that sign in every minute and never out; all were here after the person.
    await app.get(Database).write(async (tx) => {
      for (let number = 1; number <= count; number += 1) {
        const tokenHash = randomBytes(32).toString('base64url');
        const lastSeenAt = clock.now() + number;
        const userAgent = `robot/${number}`;
        const other = { id: randomUUID(), tokenHash, lastSeenAt, userAgent };
        await store.insert(tx, Object.assign({}, own, other));
      }
    });
  });

  it('sees the own session and those used last, and that there are others', async () => {
    const account = await here.open('/account');

    const shown = sessionsOn(account);
    expect(shown).toHaveLength(50);
    expect(shown[0]).toBe(own.id);
    expect(account.html).toContain(`robot/${count}`);
    expect(account.html).not.toContain('robot/1<');
    expect(account.html).toContain('id="more-sessions"');
  });

  it('an administrator reads all of them page by page', async () => {
    const admin = await AdminCaller.register(server);
    const first = await admin.get(`/users/${userId}/sessions?limit=100`);
    const second = await admin.get(
      `/users/${userId}/sessions?limit=100&after=${encodeURIComponent(first.body.next as string)}`,
    );

    const ids = [first, second].flatMap((page) => itemsOf(page).map(({ id }) => id));
    expect([itemsOf(first).length, second.body.next]).toEqual([100, null]);
    expect(new Set(ids).size).toBe(count + 1);
  });

  it('ends all others at once, and the page says nothing of more', async () => {
    const token = csrfOf(await here.open('/account'));
    await postForm(here, '/account/sessions/revoke-others', { _csrf: token });

    const account = await here.open('/account');
    expect(sessionsOn(account)).toEqual([own.id]);
    expect(account.html).not.toContain('id="more-sessions"');
  });
});
