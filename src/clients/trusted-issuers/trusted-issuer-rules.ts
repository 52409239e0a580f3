import { isPersonScope, parseScope } from '../../protocol/scope.js';
import { jwksProblem } from '../../protocol/public-jwks.js';
import { isAdminScope } from '../../resource/rights.js';
import { issuerDefinitionOf, type TrustedIssuerMembers } from './definition.js';
import { issuerPreset } from './presets.js';

/** A member that is wrong, beside the others. */
export interface IssuerProblem {
  readonly member: keyof TrustedIssuerMembers;
  readonly reason: string;
}

/** Seconds: an identity assertion lasts minutes. */
const maxIdentityLifetime = 600;

/**
 * What is wrong with a trusted issuer whose members are well-formed.
 * @param ownIssuer the issuer identifier of this server
 * @param urlProblem why a URL cannot be fetched
 */
export function trustedIssuerProblems(
  given: TrustedIssuerMembers,
  ownIssuer: string,
  urlProblem: (url: string) => string | undefined,
): IssuerProblem[] {
  const issuer = issuerDefinitionOf(given);
  const problems: IssuerProblem[] = [];
  const refuse = (member: keyof TrustedIssuerMembers, reason: string): void =>
    void problems.push({ member, reason });

  if (!issuer.issuer) refuse('issuer', 'is required, unless the preset has one');
  if (issuer.issuer === ownIssuer) refuse('issuer', 'is this server');
  if (given.jwks && given.jwks_uri) refuse('jwks', 'cannot stand beside jwks_uri');
  const known = given.preset && issuerPreset(given.preset).members;
  if (known?.issuer !== undefined && issuer.issuer !== known.issuer && !given.jwks && !given.jwks_uri)
    refuse('jwks_uri', 'or jwks is required, as the preset has the keys of another issuer');
  if (given.jwks) {
    const problem = jwksProblem(given.jwks);
    if (problem !== undefined) refuse('jwks', problem);
  } else if (issuer.jwks_uri === undefined) refuse('jwks_uri', 'or jwks is required');
  else {
    const problem = urlProblem(issuer.jwks_uri);
    if (problem !== undefined) refuse('jwks_uri', problem);
  }

  const scopes = parseScope(issuer.scope);
  if (scopes.some((scope) => isPersonScope(scope) || isAdminScope(scope)))
    refuse('scope', 'cannot have scopes of OpenID Connect or of the admin API');
  for (const [claim, patterns] of Object.entries(issuer.claims))
    if (patterns.length === 0 || patterns.some((pattern) => pattern === '' || pattern === '*'))
      refuse('claims', `must name the values that ${claim} may have`);

  if (issuer.kind === 'id-jag') {
    if (issuer.subject !== 'user') refuse('subject', 'is user with the kind id-jag');
    if (issuer.max_lifetime > maxIdentityLifetime)
      refuse('max_lifetime', `is at most ${maxIdentityLifetime} with the kind id-jag`);
    if (!issuer.require_jti) refuse('require_jti', 'is always on with the kind id-jag');
    if (issuer.audiences.length > 0)
      refuse('audiences', 'cannot be set with the kind id-jag: they are for this server alone');
  }
  if (issuer.kind === 'subject-token') {
    if (issuer.subject !== 'user') refuse('subject', 'is user with the kind subject-token');
    if (issuer.audiences.length === 0)
      refuse('audiences', 'are required with the kind subject-token: those that the tokens have');
  }
  if (issuer.subject === 'user') {
    const { upstream, trusted_email_domains: domains, username_claim: claim } = issuer;
    if (upstream === undefined && domains.length === 0 && claim === undefined)
      refuse('subject', 'needs upstream, trusted_email_domains or username_claim to find the user');
  } else if (Object.keys(issuer.claims).length === 0)
    refuse('claims', 'are required where a client is meant: otherwise every token of the issuer would do');
  if (given.preset) {
    const { narrowedBy, subjectPrefix } = issuerPreset(given.preset);
    const isNarrow = Object.entries(narrowedBy).some(([claim, form]) => {
      const patterns = issuer.claims[claim];
      return patterns?.every((pattern) => form.test(pattern)) === true;
    });
    if (!isNarrow)
      refuse(
        'claims',
        `must require one of ${Object.keys(narrowedBy).join(', ')} with this preset, with values that say whose workloads they are: a * only behind a whole name`,
      );
    if (subjectPrefix && issuer.claims['sub']?.some((value) => !value.startsWith(subjectPrefix)))
      refuse('claims', `sub begins with ${subjectPrefix} with this preset`);
  }
  return problems;
}
