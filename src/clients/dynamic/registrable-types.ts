import {
  backchannelGrantType,
  deviceCodeGrantType,
  grantTypes,
  jwtBearerGrantType,
  tokenExchangeGrantType,
} from '../../protocol/client-metadata.js';
import { canonicalResponseType, issuesTokens } from '../../protocol/response-type.js';

/** The grant types and response types of a registration, as far as it names them. */
export interface RegistrationTypes {
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
}

/** What a client may register. */
export interface TypeRules {
  /** The response types that are turned on. */
  readonly responseTypes: readonly string[];
  /** Whether it may act for itself, by client_credentials. */
  readonly mayActForItself: boolean;
}

/**
 * What is left of the grant types and response types that a client registers: "The authorization server MAY reject or replace any of
 * the client's requested metadata values submitted during the registration and substitute them with suitable values" (RFC 7591 §3.2.1).
 * What depended on a type that is left out, is left out too. Types that did not agree when they were sent still do not.
 */
export function registrableTypes(
  { grant_types, response_types }: RegistrationTypes,
  rules: TypeRules,
): { grant_types?: string[]; response_types?: string[] } {
  const left = response_types && keptResponseTypes(response_types, rules);
  const issuesNoTokens =
    !rules.responseTypes.some(issuesTokens) ||
    (left !== undefined && isNarrowed(left, response_types) && !left.some(issuesTokens));
  const mayHave = (grantType: string): boolean =>
    (grantTypes as readonly string[]).includes(grantType) &&
    (grantType !== 'client_credentials' || rules.mayActForItself) &&
    grantType !== tokenExchangeGrantType &&
    grantType !== jwtBearerGrantType &&
    // Whoever asks people on its own must be known to an administrator.
    grantType !== backchannelGrantType &&
    (grantType !== 'implicit' || !issuesNoTokens);
  const grants = grant_types?.filter(mayHave);
  return {
    ...(grants ? { grant_types: isNarrowed(grants, grant_types) ? withoutOrphans(grants) : grants } : {}),
    // If none is left, the grant types decide, as if none had been named.
    ...(left && (left.length > 0 || !isNarrowed(left, response_types)) ? { response_types: left } : {}),
  };
}

const keptResponseTypes = (named: readonly string[], rules: TypeRules): string[] =>
  named.flatMap((type) => {
    const canonical = canonicalResponseType(type);
    return canonical !== undefined && rules.responseTypes.includes(canonical) ? [canonical] : [];
  });

const isNarrowed = (left: readonly string[], named: readonly string[] = []): boolean =>
  left.length < named.length;

/** A refresh token comes with another grant (RFC 6749 §6). */
const withoutOrphans = (grants: string[]): string[] =>
  grants.includes('authorization_code') || grants.includes(deviceCodeGrantType)
    ? grants
    : grants.filter((grantType) => grantType !== 'refresh_token');
