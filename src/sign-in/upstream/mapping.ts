import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Profile } from '../../users/user-profile.js';
import type { Statements } from '../../directory/attributes/stated-attributes.js';
import { statedTexts } from '../../protocol/attributes.js';
import { ProfileDto } from '../../users/users.dto.js';
import type { NamedSession } from '../../sessions/upstream-origin.js';
import { type MappedMember, strengths, type UpstreamDefinition } from './definition.js';
import { groupsOf } from './upstream-groups.js';

/** What an upstream has said of somebody. */
export interface UpstreamAnswer {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** All values of attributes of a directory, of which its claims have the first alone. */
  readonly values?: Readonly<Record<string, readonly string[]>> | undefined;
  /** When they signed in there, in seconds since the epoch; undefined if it does not say. */
  readonly authTime?: number | undefined;
  /** Their session there, if its end is told here. */
  readonly session?: AnsweredSession | undefined;
  /** The groups there, if they are in no claim: of a directory that was searched for them. `unknown` if it does not show all of them. */
  readonly groups?: readonly string[] | 'unknown' | undefined;
}

/** A session at an upstream, as an answer names it. */
export interface AnsweredSession extends NamedSession {
  /** When the upstream said so, in seconds since the epoch; now if omitted. */
  readonly answeredAt?: number | undefined;
  /** What the upstream has to be told to end it, in the terms of its protocol. */
  readonly handle?: object | undefined;
  /** The same, sealed, where a sign-out here goes on there. */
  readonly signOutSealed?: string | undefined;
}

/** Somebody whom an upstream knows, in the words of this server. */
export interface UpstreamPerson {
  readonly subject: string;
  /** What they call their account there. */
  readonly label: string;
  /** A wish, which may be taken or impossible here. */
  readonly username: string | undefined;
  /** Only values that a user can have, and an address only if it is trusted; `email_verified` is there with it. */
  readonly profile: Profile;
  /** The members of the profile that the upstream owns. */
  readonly owned: readonly string[];
  /** Whether the upstream is trusted to have verified the address. */
  readonly isEmailTrusted: boolean;
  /** What it says of attributes that are defined here, by their names. */
  readonly attributes?: Statements | undefined;
  /** The groups here that correspond to those there; undefined if the upstream maps none. */
  readonly groups?: readonly string[] | undefined;
}

const maxLabelLength = 320;

/** What an upstream has said, as far as it is trusted. */
export function personOf(
  {
    claims: mapping,
    attributes,
    trusted_email_domains: domains,
    email_verified: rule,
    owns_profile: owns,
    ...groups
  }: UpstreamDefinition,
  { subject, claims, values: lists = {}, groups: found }: UpstreamAnswer,
): UpstreamPerson {
  const whole = { ...claims, ...lists };
  const given = Object.entries(mapping).flatMap(([member, claim]) => {
    const value = textOf(claims[claim]);
    return value === undefined ? [] : [[member, value] as const];
  });
  const { username, ...values } = Object.fromEntries(given) as Partial<Record<MappedMember, string>>;
  const profile = possibleProfile(values);
  const { email } = profile;
  const isClaimed = rule === 'assumed' || claims['email_verified'] === true;
  const isEmailTrusted = typeof email === 'string' && isClaimed && isOfDomain(email, domains);
  const label = email ?? username ?? profile.name ?? subject;
  // An address that nobody vouches for is not taken over: who has it could recover the account of whoever wrote it there.
  const { email: _email, ...withoutEmail } = profile;
  const known = isEmailTrusted ? profile : withoutEmail;
  return {
    subject,
    label: Array.from(label).slice(0, maxLabelLength).join(''),
    username,
    profile: isEmailTrusted ? { ...known, email_verified: true } : known,
    owned: owns ? Object.keys(known) : [],
    isEmailTrusted,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, claim]) => [name, statedTexts(whole[claim])]),
    ),
    groups: groupsOf(groups, whole, found),
  };
}

/** Whether an address belongs to one of the domains; `*` stands for all. */
export function isOfDomain(email: string, domains: readonly string[]): boolean {
  const domain = domainOf(email);
  return domain !== undefined && domains.some((one) => one === '*' || one.toLowerCase() === domain);
}

/** Whether an upstream may replace a verified address by another one: both belong to a domain that is named, not just to all. */
export function mayReplace(before: string, after: string, domains: readonly string[]): boolean {
  const named = domains.filter((domain) => domain !== '*');
  return isOfDomain(before, named) && isOfDomain(after, named);
}

/** The domain of an address in lower case; undefined if it has none. */
export function domainOf(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  return at > 0 && at < email.length - 1 ? email.slice(at + 1).toLowerCase() : undefined;
}

/** The methods that a sign-in there counts for here (RFC 8176 §2): `fed`, and what the operator's table says of its `acr` and `amr`. */
export function methodsOf(
  { acr_map: byAcr, amr_map: byAmr }: UpstreamDefinition,
  { claims }: UpstreamAnswer,
): readonly string[] {
  const { acr, amr } = claims;
  const named = [
    ...(typeof acr === 'string' && Object.hasOwn(byAcr, acr) ? [byAcr[acr]] : []),
    ...(Array.isArray(amr) ? amr : []).flatMap((method: unknown) =>
      typeof method === 'string' && Object.hasOwn(byAmr, method) ? [byAmr[method]] : [],
    ),
  ];
  const reached = named.flatMap((name) => (name === undefined ? [] : [...strengths[name]]));
  return [...new Set(['fed', ...reached])];
}

/** A claim that somebody who is let in must have and does not; undefined if there is none. */
export function missingClaim(
  { required_claims: required }: UpstreamDefinition,
  { claims, values: lists = {} }: UpstreamAnswer,
): string | undefined {
  return Object.keys(required).find((claim) => {
    const value = lists[claim] ?? claims[claim];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return !values.some((one) => textOf(one) === required[claim]);
  });
}

/** The values that a user of this server can have. Others are left out: an upstream has rules of its own. */
function possibleProfile(values: Readonly<Record<string, string>>): Profile {
  const profile = plainToInstance(ProfileDto, values);
  const wrong = new Set(validateSync(profile).map(({ property }) => property));
  return Object.fromEntries(Object.entries(values).filter(([member]) => !wrong.has(member)));
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
