import { Changes } from '../../src/audit/changes.js';
import type { AuditEvent, AuditEventName } from '../../src/audit/events.js';
import { AuditEvent as AuditRow } from '../../src/persistence/entities/audit-event.entity.js';
import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import { AuditStore } from '../../src/persistence/stores/audit.store.js';
import type { Transaction } from '../../src/persistence/transaction.js';
import { TestClock } from '../support/clock.js';
import { type Opened, openDatabase } from '../support/opened.js';

const created: AuditEvent = { event: 'user.created', actor: 'test', userId: 'u1' };
const put = (tx: Transaction, jtiHash: string) => tx.insert(UsedJti, { jtiHash, expiresAt: 1 });

describe('A change', () => {
  const clock = new TestClock();
  let opened: Opened;
  let changes: Changes;
  let recorded: AuditEventName[];

  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    await opened.empty();
    changes = new Changes(opened.database, new AuditStore(opened.database), clock);
    recorded = [];
    changes.onRecorded = (event) => recorded.push(event);
  });

  const events = () => opened.database.read.find(AuditRow);
  const written = () => opened.database.read.count(UsedJti);

  it.each<[outcome: string, value: unknown, isRecorded: boolean]>([
    ['true', true, true],
    ['nothing', undefined, true],
    ['null', null, true],
    ['zero', 0, true],
    ['an object', { id: 'x' }, true],
    ['false', false, false],
  ])(
    'whose outcome is %s gives it back, and is recorded unless that is false',
    async (_, value, isRecorded) => {
      const outcome = await changes.change(created, async (tx) => {
        await put(tx, 'row');
        return value;
      });

      expect(outcome).toBe(value);
      expect(await written()).toBe(1);
      expect((await events()).map(({ event }) => event)).toEqual(isRecorded ? ['user.created'] : []);
      expect(recorded).toEqual(isRecorded ? ['user.created'] : []);
    },
  );

  it('is recorded with the time that the work gets, and with its actor, subjects and detail', async () => {
    let time = 0;
    const consent: AuditEvent = {
      event: 'consent.given',
      actor: 'user:u1',
      userId: 'u1',
      clientId: 'c1',
      grantId: 'g1',
      address: '192.0.2.1',
      detail: {
        scope: 'openid',
        language: 'en',
        words: { openid: 'Know who you are' },
        authorization_details: ['A payment: Transfer 10 EUR to Bob'],
      },
    };
    await changes.change(consent, async (_tx, now) => {
      time = now;
      clock.advance(10);
    });

    expect(time).toBeGreaterThan(0);
    expect(await events()).toEqual([
      expect.objectContaining({ ...consent, id: expect.any(String), at: time }),
    ]);
  });

  it('makes its event from the outcome of the work', async () => {
    await changes.change(
      (revoked) => ({
        event: 'grants.revoked',
        actor: 'test',
        userId: 'u1',
        clientId: null,
        detail: { revoked },
      }),
      async () => 3,
    );

    expect(await events()).toMatchObject([{ event: 'grants.revoked', detail: { revoked: 3 } }]);
  });

  it('whose work throws writes nothing and records nothing', async () => {
    const failing = changes.change(created, async (tx) => {
      await put(tx, 'row');
      throw new Error('the work failed');
    });

    await expect(failing).rejects.toThrow('the work failed');
    expect({ rows: await written(), events: await events(), recorded }).toEqual({
      rows: 0,
      events: [],
      recorded: [],
    });
  });

  it('whose event cannot be recorded is not made', async () => {
    const store = new AuditStore(opened.database);
    store.insert = async () => {
      throw new Error('the audit trail cannot be written');
    };
    const failing = new Changes(opened.database, store, clock).change(created, (tx) => put(tx, 'row'));

    await expect(failing).rejects.toThrow('the audit trail cannot be written');
    expect(await written()).toBe(0);
  });

  it('that is part of a larger transaction is recorded in that transaction', async () => {
    const larger = opened.database.write(async (tx) => {
      await changes.record(tx, created, 1);
      throw new Error('the rest failed');
    });

    await expect(larger).rejects.toThrow('the rest failed');
    expect(await events()).toEqual([]);
  });

  it('is not needed for an event that comes alone', async () => {
    await changes.note({ event: 'user.created', actor: 'anonymous', userId: null });

    expect(await events()).toMatchObject([{ event: 'user.created', userId: null }]);
  });
});
