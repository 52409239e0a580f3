import type { NamedSession } from '../../../sessions/upstream-origin.js';
import type { NameIdFormat } from './saml-members.js';
import { nameIdFormatUris } from './saml-names.js';

/** The name of somebody at an identity provider (SAML core §2.2.3). */
export interface NameId {
  readonly value: string;
  readonly format?: string | undefined;
  /** Whose name it is, and for whom, where that is said (SAML core §2.2.2). */
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
}

/** Between whom a name is used. */
export interface NameScope {
  /** The entity id of the upstream. */
  readonly idp: string;
  /** The entity id of this server. */
  readonly sp: string;
  /** The format that was asked for. */
  readonly asked: NameIdFormat;
}

/**
 * A session as an upstream names it. Its index means nothing without the name: providers number the sessions of each person, or use an
 * index for several people (SAML core §2.7.2).
 */
export const samlSessionOf = (sub: string, index: string | undefined): NamedSession => ({
  sub,
  sid: index === undefined ? undefined : JSON.stringify([sub, index]),
});

/**
 * A name as one text, for comparison: what is omitted is what it means by default (SAML core §8.3.7). Where no format was asked for, the
 * format does not count: providers that choose one leave it out of their logout requests.
 */
export function nameKeyOf(name: NameId, { idp, sp, asked }: NameScope): string {
  const format = nameIdFormatUris[asked];
  return JSON.stringify([
    name.value,
    format === undefined ? '' : (name.format ?? format),
    name.nameQualifier ?? idp,
    name.spNameQualifier ?? sp,
  ]);
}
