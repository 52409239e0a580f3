import { OAuthError } from './errors.js';

/** One authorization detail (RFC 9396 §2): an object of JSON, which says by its type what its other members mean. */
export interface AuthorizationDetail {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** No request has more: the details stand in every access token, and a JWT travels in a header. */
export const detailBounds = { maxDetails: 20, maxBytes: 4_096, maxDepth: 8, maxItems: 100 } as const;

/** The members of RFC 9396 §2.2 that list what is allowed, so that a shorter list allows less. */
const listMembers = ['locations', 'actions', 'datatypes', 'privileges'];

export const invalidDetails = (description: string, detail?: string): OAuthError =>
  new OAuthError('invalid_authorization_details', description, { detail });

/**
 * The parameter `authorization_details` (§2): a JSON array of objects, each with a type. Whether the types are known is not looked at.
 * @returns an empty list if the parameter is absent
 * @throws OAuthError invalid_authorization_details
 */
export function parseAuthorizationDetails(text: string | undefined): readonly AuthorizationDetail[] {
  if (text === undefined) return [];
  if (byteLength(text) > detailBounds.maxBytes) throw tooLong();
  const value = parsed(text);
  if (!Array.isArray(value)) throw invalidDetails('authorization_details is not a JSON array');
  if (value.length === 0) throw invalidDetails('authorization_details is empty');
  if (value.length > detailBounds.maxDetails)
    throw invalidDetails(`authorization_details has more than ${detailBounds.maxDetails} objects`);
  const details = value.map(detailIn);
  // A number can be longer in the form in which it is kept.
  if (byteLength(JSON.stringify(details)) > detailBounds.maxBytes) throw tooLong();
  return details;
}

/** The details in the claim of a token or in a column that we wrote; an empty list if there are none. */
export const readAuthorizationDetails = (value: unknown): readonly AuthorizationDetail[] =>
  Array.isArray(value) ? (value as AuthorizationDetail[]) : [];

/** Whether the same is allowed: members in another order make no difference. */
export const isSameDetail = (one: AuthorizationDetail, other: AuthorizationDetail): boolean =>
  canonical(one) === canonical(other);

/**
 * Whether each of these details is one of the others, or less than one of them (§6.1): the same members with the same values, but with
 * fewer entries in `locations`, `actions`, `datatypes` or `privileges`. What another member means, only its API knows.
 */
export const areWithin = (
  asked: readonly AuthorizationDetail[],
  granted: readonly AuthorizationDetail[],
): boolean => asked.every((detail) => granted.some((one) => isWithin(detail, one)));

/** The details once more, each of them once. */
export function withoutRepeats(details: readonly AuthorizationDetail[]): AuthorizationDetail[] {
  return [...new Map(details.map((detail) => [canonical(detail), detail])).values()];
}

function isWithin(asked: AuthorizationDetail, granted: AuthorizationDetail): boolean {
  const names = Object.keys(asked);
  return (
    names.length === Object.keys(granted).length &&
    names.every((name) => {
      if (!Object.hasOwn(granted, name)) return false;
      const [less, more] = [asked[name], granted[name]];
      return canonical(less) === canonical(more) || (listMembers.includes(name) && isPart(less, more));
    })
  );
}

/** Whether a list has some of the entries of another. An empty one could mean that there is no limit. */
function isPart(less: unknown, more: unknown): boolean {
  if (!Array.isArray(less) || !Array.isArray(more) || less.length === 0) return false;
  const entries = new Set(more.map(canonical));
  return less.every((entry) => entries.has(canonical(entry)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidDetails('authorization_details is not JSON');
  }
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function detailIn(value: unknown): AuthorizationDetail {
  if (!isObject(value)) throw invalidDetails('authorization_details holds something other than an object');
  const { type } = value;
  if (typeof type !== 'string' || type === '')
    throw invalidDetails('an object of authorization_details has no type');
  // "locations", "actions", "datatypes" and "privileges" are arrays of strings (§2.2).
  const wrong = listMembers.find((name) => value[name] !== undefined && !isTexts(value[name]));
  if (wrong !== undefined) throw invalidDetails(`${wrong} of authorization_details is not a list of strings`);
  checkBounds(value, 1);
  return value as AuthorizationDetail;
}

function checkBounds(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw invalidDetails('authorization_details holds a number that is too large');
  if (typeof value !== 'object' || value === null) return;
  if (depth > detailBounds.maxDepth) throw invalidDetails('authorization_details is nested too deeply');
  const members: readonly unknown[] = Object.values(value);
  if (members.length > detailBounds.maxItems)
    throw invalidDetails(`authorization_details has more than ${detailBounds.maxItems} members in one place`);
  // It would change what an object inherits wherever it is copied member by member.
  if (Object.hasOwn(value, '__proto__')) throw invalidDetails('authorization_details has a member __proto__');
  for (const member of members) checkBounds(member, depth + 1);
}

/** A value as JSON in one form: members by their names in order (compare RFC 8785). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

const tooLong = (): OAuthError =>
  invalidDetails(`authorization_details is longer than ${detailBounds.maxBytes} bytes`);
