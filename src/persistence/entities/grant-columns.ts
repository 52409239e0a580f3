import { newId } from '../id.js';
import { columnNameOf } from '../naming.js';
import type { SqlValue } from '../sql.js';
import type { Grant } from './grant.entity.js';

/** How a column of a grant is written and read. */
interface GrantColumn {
  /** Its value in a new grant that says nothing of it. */
  readonly initial?: null | '';
  /** Kept as JSON. */
  readonly json?: true;
  /** Tokens are minted from it, so it is read together with what is exchanged for them. */
  readonly minted?: true;
}

/** The columns of `grants`. A further one is an entry here, beside the entity and its migration. */
const columns = {
  id: { minted: true },
  grantType: {},
  clientId: {},
  userId: { initial: null, minted: true },
  sessionId: { initial: null, minted: true },
  scope: { initial: '', minted: true },
  ungrantedScope: { initial: null, minted: true },
  resources: { initial: null, json: true, minted: true },
  authorizationDetails: { initial: null, json: true, minted: true },
  offline: {},
  authTime: { initial: null, minted: true },
  acr: { initial: null, minted: true },
  amr: { initial: null, json: true, minted: true },
  claims: { initial: null, minted: true },
  createdAt: {},
  expiresAt: { initial: null, minted: true },
  revokedAt: { initial: null, minted: true },
  revokedReason: { initial: null },
  trustedIssuerId: { initial: null },
  orgId: { initial: null, minted: true },
} as const satisfies { readonly [Property in keyof Grant]: GrantColumn };

type Columns = typeof columns;
type Initialised = {
  [Name in keyof Columns]: Columns[Name] extends { initial: unknown } ? Name : never;
}[keyof Columns];
type Minted = {
  [Name in keyof Columns]: Columns[Name] extends { minted: true } ? Name : never;
}[keyof Columns];

const entries = Object.entries(columns) as [keyof Grant, GrantColumn][];
const mintedEntries = entries.filter(([, { minted }]) => minted === true);

/** What has to be said of a new grant, and what may be. */
export type NewGrant = Omit<Grant, 'id' | Initialised> & Partial<Pick<Grant, Initialised>>;

const initial = Object.fromEntries(
  entries.flatMap(([name, column]) => (column.initial === undefined ? [] : [[name, column.initial]])),
) as Pick<Grant, Initialised>;

/** A grant that nobody has yet: the one place where grants come from. */
export function newGrant(given: NewGrant): Grant {
  return { ...initial, ...given, id: newId() };
}

const names = entries.map(([name]) => columnNameOf(name)).join(', ');
const placeholders = entries.map(() => '?').join(', ');

// Put together once: statements are known by their text.
export const insertGrant = `INSERT INTO grants (${names}) VALUES (${placeholders})`;

/** Inserts as many grants as the SELECT has rows: one or none. Its values come after those of the grant. */
export const insertGrantFrom = (source: string): string =>
  `INSERT INTO grants (${names}) SELECT ${placeholders} FROM ${source}`;

/** The values for {@link insertGrant}. */
export function grantValues(grant: Grant): SqlValue[] {
  return entries.map(([name, { json }]) => {
    const value = grant[name];
    return json && value !== null ? JSON.stringify(value) : (value as SqlValue);
  });
}

/** What tokens are minted from. */
export type GrantContext = Pick<Grant, Minted>;

/** A grant as it is read at an exchange, with whether its resource owner may still sign in. */
export interface IssuingGrant extends GrantContext {
  readonly userDisabledAt: number | null;
}

/** The columns of an {@link IssuingGrant} in a SELECT over a table `g`. */
export const grantColumns = [
  ...mintedEntries.map(([name]) => `g.${columnNameOf(name)} AS ${aliasOf(name)}`),
  '(SELECT u.disabled_at FROM users u WHERE u.id = g.user_id) AS g_user_disabled_at',
].join(', ');

/** Where the aliases of {@link grantColumns} are in a row, beside others. */
export type GrantRow = Readonly<Record<`g_${string}`, string | number | null>>;

/**
 * The grant in a row.
 * @param expiresAt when it expires once its code is redeemed, if that is not redeemed yet
 */
export function toIssuingGrant(row: GrantRow, expiresAt?: number | null): IssuingGrant {
  const grant: Record<string, unknown> = { userDisabledAt: row.g_user_disabled_at };
  for (const [name, { json }] of mintedEntries) {
    const value = row[aliasOf(name)];
    grant[name] = json && typeof value === 'string' ? JSON.parse(value) : value;
  }
  if (typeof expiresAt === 'number') grant.expiresAt = expiresAt;
  return grant as unknown as IssuingGrant;
}

function aliasOf(name: string): `g_${string}` {
  return `g_${columnNameOf(name)}`;
}
