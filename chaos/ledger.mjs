/**
 * What the service has acknowledged to its clients, by their own records. Nothing here comes from the database.
 *
 * What ends is `ended` once that was acknowledged. It is `maybe` ended while it is not known whether the service did what it was asked.
 */
export class Ledger {
  /** Access tokens: `{ value, clientId, family, ended }`. */
  tokens = [];
  /** What came of one code: `{ clientId, userId, refreshToken, ended }`. */
  families = [];
  /** The distinct successors of each refresh token. */
  successors = new Map();
  /** How often each code was redeemed. */
  redemptions = new Map();
  /** Sessions: people who are signed in. */
  people = [];
  /** People that the admin API made, as they must be. */
  users = [];
  /** Clients that the admin API made, with their newest secret. */
  clients = [];
  #changes = new Map();

  token(value, clientId, family) {
    this.tokens.push({ value, clientId, family, ended: false });
  }

  /** Notes the successor of a refresh token. */
  rotated(before, after) {
    const known = this.successors.get(before) ?? new Set();
    this.successors.set(before, known.add(after));
  }

  redeemed(code) {
    this.redemptions.set(code, (this.redemptions.get(code) ?? 0) + 1);
  }

  /**
   * Makes a change that the audit trail must hold once it was acknowledged.
   *
   * @param {{ event: string, userId?: string, clientId?: string }} about
   * @param {() => Promise<boolean>} work resolves to whether the change was acknowledged; it was refused, if not
   */
  async change({ event, userId = '', clientId = '' }, work) {
    const key = changeKey(event, userId, clientId);
    const change = this.#changes.get(key) ?? { key, attempted: 0, acknowledged: 0 };
    this.#changes.set(key, change);
    change.attempted += 1;
    if (await work()) change.acknowledged += 1;
    else change.attempted -= 1;
  }

  get changes() {
    return [...this.#changes.values()];
  }
}

export const changeKey = (event, userId, clientId) => `${event} ${userId ?? ''} ${clientId ?? ''}`;

/** Whether a token must still work: `yes`, `no` or `maybe`. */
export function mustWork({ ended, family }) {
  if (ended === 'ended' || family?.ended === 'ended') return 'no';
  return ended || family?.ended ? 'maybe' : 'yes';
}
