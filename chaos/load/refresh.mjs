import { mustWork } from '../ledger.mjs';
import { Unanswered } from '../line.mjs';

const twiceShare = 0.15;
/** Somewhat less than EYRIE_REFRESH_GRACE. */
const graceMilliseconds = 500_000;

/** Refreshes, now and then twice at once: within the grace, both must get the same successor. */
export const refresh = {
  name: 'refresh',
  weight: 25,

  async run(client) {
    const family = client.pick(client.families.slice(-30).filter((one) => one.ended === false));
    if (!family) return;
    await refreshFamily(client, family, client.random() < twiceShare ? 2 : 1);
  },
};

/**
 * Presents the latest refresh token that is known. If the outcome of a refresh was not known, this is the one that was presented then.
 *
 * @param {number} times at once
 * @throws {Unanswered} if nobody was answered
 */
export async function refreshFamily(client, family, times = 1) {
  const presented = family.refreshToken;
  const party = client.party(family.clientId);
  const outcomes = await Promise.allSettled(Array.from({ length: times }, () => party.refresh(presented)));
  for (const { reason } of outcomes) if (reason && !(reason instanceof Unanswered)) throw reason;
  const answers = outcomes.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
  if (answers.length === 0) {
    family.unknownSince ??= performance.now();
    throw outcomes[0].reason;
  }
  if (isOutsideGrace(client, family)) Object.assign(family, { ended: family.ended || 'maybe' });
  family.unknownSince = undefined;
  for (const answer of answers) noteAnswer(client, family, presented, answer);
}

/** Whether a repeated refresh may come too late: what was lost with its answer is then lost, as RFC 9700 §4.14.2 wants it. */
function isOutsideGrace({ watch }, { unknownSince }) {
  if (unknownSince === undefined) return false;
  return watch.codesMayExpire || performance.now() - unknownSince > graceMilliseconds;
}

function noteAnswer(client, family, presented, { status, body }) {
  const must = mustWork({ ended: false, family });
  if (status === 200) {
    client.ledger.rotated(presented, body.refresh_token);
    family.refreshToken = body.refresh_token;
    client.keepToken(body.access_token, family.clientId, family);
    client.expect(
      must !== 'no',
      'an acknowledged revocation holds',
      'a refresh token of an ended grant was taken',
      body,
    );
  } else if (
    !client.expect(must !== 'yes', 'every acknowledged token works', 'a refresh token was refused', {
      status,
      body,
    })
  ) {
    family.ended = 'maybe';
  }
}
