import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { changeKey, mustWork } from './ledger.mjs';
import { refreshFamily } from './load/refresh.mjs';
import { useSecret } from './load/client-secret.mjs';

const sideBySide = 8;
const auditPage = 200;
const maxAttempts = 10;
const pauseMilliseconds = 1_000;

/**
 * Holds what the service says against what it has acknowledged. Nothing else asks meanwhile.
 *
 * @param {object} options
 * @param {object[]} options.clients which have the records
 * @param {number} options.sample how many of the older records to check beside those that are new; Infinity for all
 * @returns {Promise<number>} how many records were checked
 */
export async function verify({ clients, ledger, sample }) {
  const [judge] = clients;
  const owner = new Map(clients.flatMap((client) => client.families.map((family) => [family, client])));
  let checked = 0;
  const each = async (name, records, check) => {
    const limit = pLimit(sideBySide);
    const chosen = recent(records, sample, judge.random);
    checked += chosen.length;
    await Promise.all(
      chosen.map((record) =>
        limit(async () => {
          await insist(judge, `verification of ${name}`, () => check(record));
        }),
      ),
    );
  };

  for (const [code, count] of ledger.redemptions)
    judge.expect(count === 1, 'one code, one family', `${code} was redeemed ${count} times`);
  for (const [token, successors] of ledger.successors)
    judge.expect(
      successors.size === 1,
      'one refresh token, one family',
      `${token} has ${successors.size} successors`,
    );

  await each('tokens', ledger.tokens, async (token) => {
    const must = mustWork(token);
    const { body } = await judge.party(token.clientId).introspect(token.value);
    if (must === 'yes')
      judge.expect(body.active, 'every acknowledged token works', 'a token is not active', token);
    if (must === 'no')
      judge.expect(body.active === false, 'an acknowledged revocation holds', 'a token is active', token);
  });
  await each('refresh tokens', ledger.families, (family) =>
    refreshFamily(owner.get(family) ?? judge, family),
  );
  await each('sessions', ledger.people, async (person) => {
    const { form, response } = await person.walk('/account');
    judge.expect(
      response.status === 200 && !form,
      'every acknowledged session lasts',
      `${person.username} is signed out`,
      response.status,
    );
  });
  await each(
    'users',
    ledger.users.filter(({ pending }) => !pending),
    (user) => verifyUser(judge, user),
  );
  await each(
    'clients',
    ledger.clients.filter(({ isLeft }) => !isLeft),
    (own) => useSecret(judge, own),
  );
  await insist(judge, 'verification of the audit trail', () => verifyAudit(judge, ledger));
  return checked + ledger.changes.length;
}

/** Asks again for a while: whether a 503 is allowed is judged elsewhere. */
async function insist(judge, name, work) {
  for (let count = 0; count < maxAttempts; count += 1) {
    if (await judge.perform(name, work)) return;
    await delay(pauseMilliseconds);
  }
  judge.watch.violate('recovery', `${name}: the service does not answer`);
}

/** Those since the last verification, and as many older ones as the sample says. */
function recent(records, sample, random) {
  const from = records.verified ?? 0;
  records.verified = records.length;
  if (sample === Infinity) return records;
  const older = Array.from({ length: Math.min(sample, from) }, () => records[Math.floor(random() * from)]);
  return [...new Set([...records.slice(from), ...older])];
}

async function verifyUser(judge, user) {
  const { body } = await judge.administrator.call('GET', `/users/${user.id}`);
  const isAsAcknowledged = body?.name === user.name && (body.disabled_at !== null) === user.isDisabled;
  judge.expect(
    isAsAcknowledged,
    'every acknowledged change holds',
    `${user.username} must be ${JSON.stringify(user)}`,
    body,
  );
}

/** Each acknowledged change has its event, and no change has two. */
async function verifyAudit(judge, ledger) {
  const found = new Map();
  for (let after = ''; after !== null;) {
    const { status, body } = await judge.administrator.call(
      'GET',
      `/audit-events?limit=${auditPage}${after && `&after=${encodeURIComponent(after)}`}`,
    );
    if (!judge.expect(status === 200, 'service', 'no audit events', body)) return;
    for (const { event, user_id: userId, client_id: clientId } of body.items) {
      const key = changeKey(event, userId, clientId);
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    after = body.next;
  }
  for (const { key, acknowledged, attempted } of ledger.changes) {
    const rows = found.get(key) ?? 0;
    judge.expect(
      rows >= acknowledged && rows <= attempted,
      'an audit event for every acknowledged change',
      `${key}: ${acknowledged} acknowledged, ${attempted} attempted, ${rows} recorded`,
    );
  }
}
