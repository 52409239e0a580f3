/** What a token allows beside its scopes (RFC 9396 §2): the type says what the other members mean. */
export interface AuthorizationDetail {
  readonly type: string;
  readonly locations?: readonly string[];
  readonly actions?: readonly string[];
  readonly datatypes?: readonly string[];
  readonly identifier?: string;
  readonly privileges?: readonly string[];
  readonly [member: string]: unknown;
}

/** The members of RFC 9396 §2.2 that have to be lists of texts, where they are there. */
const LISTS = ['locations', 'actions', 'datatypes', 'privileges'];

/** The details in the claim of a token; `undefined` if it has none. A malformed one grants nothing, so it is left out. */
export function detailsIn(claim: unknown): readonly AuthorizationDetail[] | undefined {
  return Array.isArray(claim) ? Object.freeze(claim.filter(isDetail)) : undefined;
}

function isDetail(value: unknown): value is AuthorizationDetail {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return (
    typeof members['type'] === 'string' &&
    members['type'] !== '' &&
    (members['identifier'] === undefined || typeof members['identifier'] === 'string') &&
    LISTS.every((name) => members[name] === undefined || isTexts(members[name]))
  );
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
