import type { Entry } from 'ldapts';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { statusAttributes } from './bind-refusal.js';

/** Attributes that identify people, and have bytes that are no text: of Active Directory, Entra's synchronization and eDirectory. */
export const binaryAttributes = ['objectGUID', 'objectSid', 'mS-DS-ConsistencyGuid', 'GUID'];
const isBinary = (attribute: string): boolean =>
  binaryAttributes.some((name) => name.toLowerCase() === attribute.toLowerCase());

/** What is read of people in the directory. */
export const attributesOf = ({
  claims,
  attributes,
  subject_claim: subject,
  required_claims: required,
  groups_claim: groups,
  group_map: map,
  group_search_base: groupBase,
  primary_group: hasPrimaryGroup = false,
}: LoadedUpstream): string[] => [
  ...new Set([
    subject,
    ...Object.values(claims),
    ...Object.values(attributes),
    ...Object.keys(required),
    ...(Object.keys(map).length === 0 || groupBase !== undefined ? [] : [groups]),
    ...(groupBase !== undefined && hasPrimaryGroup ? ['objectSid', 'primaryGroupID'] : []),
    ...statusAttributes,
    'modifyTimestamp',
  ]),
];

/** The values of an attribute, whatever the case of its name (RFC 4512 §2.5), as texts. */
export function valuesOf(entry: Entry, attribute: string): string[] {
  const name = Object.keys(entry).find((key) => key.toLowerCase() === attribute.toLowerCase());
  const value = name === undefined ? [] : entry[name];
  return [value ?? []].flat().map((one) => (Buffer.isBuffer(one) ? textOf(one) : one));
}

/**
 * What the directory says of a person, with the claims of the upstream as attribute names; undefined if the attribute that identifies
 * them is missing.
 */
export function answerOf(
  {
    claims,
    attributes,
    subject_claim: subjectClaim,
    required_claims,
    groups_claim,
    group_map,
    group_search_base,
  }: LoadedUpstream,
  entry: Entry,
) {
  const [subject] = valuesOf(entry, subjectClaim);
  if (!subject) return undefined;
  const hasGroups = Object.keys(group_map).length > 0 && group_search_base === undefined;
  const lists = [
    ...Object.keys(required_claims),
    ...Object.values(attributes),
    ...(hasGroups ? [groups_claim] : []),
  ];
  return {
    subject,
    claims: Object.fromEntries(Object.values(claims).map((name) => [name, valuesOf(entry, name)[0]])),
    values: Object.fromEntries(lists.map((name) => [name, valuesOf(entry, name)])),
  } satisfies UpstreamAnswer;
}

/** Bytes of the security identifier of an account of a domain, of which the last four tell it apart from the others ([MS-DTYP] §2.4.2). */
const accountSid = /^[0-9a-f]{56}$/;
const relativeIdDigits = 8;

/** The identifier of the primary group of an account of Active Directory, in hexadecimal; undefined if there is none. */
export function primaryGroupSid(entry: Entry): string | undefined {
  const [sid = ''] = valuesOf(entry, 'objectSid');
  const relativeId = Number(valuesOf(entry, 'primaryGroupID')[0]);
  if (!accountSid.test(sid) || !Number.isInteger(relativeId) || relativeId < 1 || relativeId > 0xffff_ffff)
    return undefined;
  const bytes = Buffer.alloc(relativeIdDigits / 2);
  bytes.writeUInt32LE(relativeId);
  return sid.slice(0, -relativeIdDigits) + bytes.toString('hex');
}

const guidLength = 16;
const hexadecimal = /^[0-9a-f-]+$/i;

/** Bytes that are no text: a GUID as Windows writes it, others in hexadecimal. */
function textOf(bytes: Buffer): string {
  if (bytes.length !== guidLength) return bytes.toString('hex');
  // The first three groups are little-endian ([MS-DTYP] §2.3.4.2).
  const hex = (from: number, to: number): string => bytes.subarray(from, to).toString('hex');
  const reversed = (from: number, to: number): string =>
    Buffer.from([...bytes.subarray(from, to)].toReversed()).toString('hex');
  return [reversed(0, 4), reversed(4, 6), reversed(6, 8), hex(8, 10), hex(10, 16)].join('-');
}

/** The value of an attribute in a filter, from the text that {@link valuesOf} makes of it. */
export function subjectValue(attribute: string, subject: string): string | Buffer {
  if (!isBinary(attribute) || !hexadecimal.test(subject)) return subject;
  const bytes = Buffer.from(subject.replaceAll('-', ''), 'hex');
  if (bytes.length !== guidLength) return bytes;
  const part = (from: number, to: number): number[] => [...bytes.subarray(from, to)];
  return Buffer.from([
    ...part(0, 4).toReversed(),
    ...part(4, 6).toReversed(),
    ...part(6, 8).toReversed(),
    ...part(8, 16),
  ]);
}
