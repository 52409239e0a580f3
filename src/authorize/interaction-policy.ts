import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { type AuthorizationDetail, isSameDetail } from '../protocol/authorization-details.js';
import type { Authentication } from '../protocol/acr.js';
import { satisfies } from '../protocol/claims-request.js';
import { OAuthError } from '../protocol/errors.js';
import { leadsToApplication } from '../protocol/redirect-uri.js';
import { issuesTokens } from '../protocol/response-type.js';
import { isAdminScope, narrowedTo, type RoleHolder, rolesOf, scopesOfRoles } from '../resource/rights.js';
import type { AuthorizationInteraction, Interaction, WantedSignIn } from '../interaction/interaction.js';
import { hasSignedInSince } from '../interaction/signed-in-since.js';
import { type Asked, isRecent, lesserAge, nextSignInStep, type Person } from '../sign-in/policy.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { type FoundOrganization, organizationRefusal } from './organization-choice.js';

/** What a request needs next. */
export type NextStep =
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'sign-up' }
  | { readonly kind: 'select-account' }
  | { readonly kind: 'select-organization'; readonly session: ActiveSession }
  | { readonly kind: 'consent'; readonly session: ActiveSession }
  | {
      readonly kind: 'issue';
      readonly session: ActiveSession;
      readonly basis: Basis;
    };

/**
 * Why the person is not asked: they allowed all of this before, an administrator trusts the client, or one allows it in place of the members
 * of the organization.
 */
export type Basis = 'remembered' | 'trusted' | 'consented';

/** Everything that the decision depends on. */
export interface Situation {
  readonly request: AuthorizationRequest;
  readonly session: ActiveSession | undefined;
  /** Whether another account is signed in in this browser, with which the person could go on. */
  readonly hasOthers: boolean;
  /** The subject by which the client knows the session's user. */
  readonly subject: string | undefined;
  /** The interaction under way; undefined for a request that arrives. */
  readonly interaction: AuthorizationInteraction | undefined;
  /** What became of the organization that the request asks for; undefined if it asks for none, or nobody is signed in. */
  readonly organization: FoundOrganization | undefined;
  /** The scopes that the user allowed this client before. */
  readonly remembered: ReadonlySet<string>;
  /** The scopes that an administrator allows the client in place of the members of the organization; absent if there are none. */
  readonly consented?: ReadonlySet<string>;
  /** The authorization details that the user allowed this client before. */
  readonly rememberedDetails: readonly AuthorizationDetail[];
  /** Who is signed in; undefined if nothing asks for more than was proven. */
  readonly person: Person | undefined;
  /** Whether the policy of this server asks for a second factor. */
  readonly secondFactor: Asked['secondFactor'];
  /** The upstream at which the organization has its members sign in. */
  readonly upstream?: Asked['upstream'];
  /** How long ago members of the organization may have signed in; undefined if that does not matter. */
  readonly organizationAge?: OrganizationAge | undefined;
  /** Whether the user is asked for consent although they allowed it before. */
  readonly askedEachTime: boolean;
  readonly now: number;
}

/** How long ago people may have signed in who act for an organization. */
export interface OrganizationAge {
  readonly organizationId: string;
  /** Seconds. */
  readonly maxAge: number;
}

/**
 * Decides which page a request needs next, if any (OIDC Core §3.1.2.3 and §3.1.2.4).
 * @throws OAuthError if prompt=none forbids that page, or no page would help
 */
export function nextStep(situation: Situation): NextStep {
  const { request, session: current, hasOthers, subject, interaction } = situation;
  const authentication = current && authenticationOf(situation, current);
  // What is reported is what the request asks for.
  const session = current && authentication && { ...current, ...authentication };
  const silent = request.prompts.has('none');

  if (subject !== undefined && !isMeant(request, subject)) {
    throw new OAuthError('login_required', 'another user is signed in');
  }
  // Initiating User Registration §4.1: the person is shown how to make an account, even if somebody is signed in.
  if (request.prompts.has('create') && !(current && hasSignedInSince(current, interaction)))
    return { kind: 'sign-up' };
  const mustChoose = request.prompts.has('select_account') && !(current && hasChosen(current, interaction));
  if (!session && hasOthers && (mustChoose || !current)) {
    if (silent)
      throw new OAuthError('account_selection_required', 'no account of this browser is the current one');
    return { kind: 'select-account' };
  }
  if (!session) {
    if (silent) throw new OAuthError('login_required', 'nobody is signed in, or not recently enough');
    return { kind: 'sign-in' };
  }
  // "the Authorization Server MUST treat that outcome as a failed authentication attempt" (OIDC Core §5.5.1.1)
  if (!satisfies(request.acr.essential, session.acr))
    throw new OAuthError('unmet_authentication_requirements', 'the person cannot reach the essential acr');
  if (mustChoose) return { kind: 'select-account' };
  if (!mayAdminister(request, session)) {
    throw new OAuthError('access_denied', 'these scopes are for administrators');
  }
  const refusal = organizationRefusal(situation.organization);
  if (refusal) throw refusal;
  if (situation.organization?.state === 'several') {
    if (silent)
      throw new OAuthError('interaction_required', 'the resource owner has to choose an organization');
    return { kind: 'select-organization', session };
  }
  // An administrator allows scopes. What one request allows, such as a payment, is for the person to say.
  const basis = areDetailsAllowed(situation) ? basisOf(situation, session) : undefined;
  if (request.prompts.has('consent') || situation.askedEachTime || !basis) {
    if (silent)
      throw new OAuthError(
        'consent_required',
        basis === 'remembered'
          ? 'the resource owner is asked each time, since the application cannot be identified'
          : 'the resource owner has not allowed all of this',
      );
    return { kind: 'consent', session };
  }
  return { kind: 'issue', session, basis };
}

/** Why the person need not be asked for the scopes; undefined if they have to be. Rights over this server are theirs alone to give. */
function basisOf({ request, remembered, consented }: Situation, session: ActiveSession): Basis | undefined {
  const { scopes } = withinRoles(request, session);
  if (scopes.every((scope) => remembered.has(scope))) return 'remembered';
  if (asksForAdministration(request)) return undefined;
  if (request.client.skipsConsent) return 'trusted';
  return scopes.every((scope) => remembered.has(scope) || consented?.has(scope)) ? 'consented' : undefined;
}

/** Whether each of the authorization details is one that the user allowed before: another amount is another payment. */
const areDetailsAllowed = ({ request, rememberedDetails }: Situation): boolean =>
  request.authorizationDetails.every((detail) =>
    rememberedDetails.some((remembered) => isSameDetail(detail, remembered)),
  );

/**
 * Whether the user is asked each time: "authorization servers SHOULD NOT process authorization requests automatically without user
 * consent or interaction, except when the identity of the client can be assured. This includes the case where the user has previously
 * approved an authorization request for a given client id" (RFC 8252 §8.6). Every application on the user's device can listen on
 * loopback or claim a private-use scheme, and then use what it receives unless the client has to authenticate. An https redirection URI
 * assures who the client is, and so does a page of this server.
 */
export const isAskedEachTime = (
  { client, redirectUri, responseType }: AuthorizationRequest,
  issuer: string,
): boolean =>
  leadsToApplication(redirectUri) &&
  new URL(redirectUri).origin !== new URL(issuer).origin &&
  (client.isPublic || client.isDescribed || issuesTokens(responseType));

/** Whether the subject is the one that the id_token_hint (§3.1.2.1) and requests for the claim `sub` (§5.5.1) name. */
export function isMeant({ hintedSubject, claims }: AuthorizationRequest, subject: string): boolean {
  return (
    (hintedSubject === undefined || hintedSubject === subject) &&
    satisfies(claims.idToken.get('sub'), subject) &&
    satisfies(claims.userinfo.get('sub'), subject)
  );
}

/** Whether the request names a subject at all: nobody's is empty. */
export const asksForSubject = (request: AuthorizationRequest): boolean => !isMeant(request, '');

/** What the request asks of the sign-in. */
export function wantedBy(
  request: AuthorizationRequest,
  organization: WantedSignIn['organization'],
): WantedSignIn {
  const { client, prompts, maxAge, acr } = request;
  return {
    fresh: prompts.has('login'),
    maxAge,
    acr,
    isSensitive: asksForAdministration(request),
    isSecondFactorRequired: client.metadata.requireSecondFactor,
    organization,
  };
}

/** Whether rights over this server are asked for. */
export const asksForAdministration = ({ scopes }: Pick<AuthorizationRequest, 'scopes'>): boolean =>
  scopes.some(isAdminScope);

/** Whether the person can give some of the rights over this server that are asked for, if any are. */
const mayAdminister = (request: AuthorizationRequest, session: ActiveSession): boolean =>
  !asksForAdministration(request) || asksForAdministration(withinRoles(request, session));

/** The request, with only those rights over this server that the person can give. */
export const withinRoles = <Request extends Pick<AuthorizationRequest, 'scopes'>>(
  request: Request,
  person: RoleHolder,
): Request =>
  asksForAdministration(request)
    ? { ...request, scopes: narrowedTo(scopesOfRoles(rolesOf(person)), request.scopes) }
    : request;

/** What decides whether a session is good enough for a request. */
export interface SignedInSituation extends Pick<
  Situation,
  'person' | 'secondFactor' | 'upstream' | 'organizationAge' | 'now'
> {
  readonly request: Pick<AuthorizationRequest, 'prompts' | 'maxAge' | 'acr'>;
  readonly interaction: Interaction | undefined;
}

/** The authentication of a session; undefined if it has to go on, since the request or the policy asks for more. */
export function authenticationOf(
  { request, interaction, person, secondFactor, upstream, organizationAge, now }: SignedInSituation,
  session: ActiveSession,
): Authentication | undefined {
  const { prompts, maxAge, acr } = request;
  const isForRequest = hasSignedInSince(session, interaction);
  const isForOrganization = interaction?.wanted?.organization?.id === organizationAge?.organizationId;
  // Whoever signed in before they chose the organization was not asked for what it demands.
  const proofs =
    isForRequest && !isForOrganization
      ? session.proofs.filter((proof) => isRecent(proof, { maxAge: organizationAge?.maxAge }, now))
      : session.proofs;
  const step = nextSignInStep({
    earlier: isForRequest ? [] : proofs,
    forRequest: isForRequest ? proofs : [],
    asked: {
      fresh: prompts.has('login'),
      maxAge: lesserAge(maxAge, organizationAge?.maxAge),
      // No page can be shown for what need not be reached.
      acr: prompts.has('none') ? { ...acr, values: [] } : acr,
      secondFactor,
      upstream,
    },
    now,
    person: { factors: person?.factors ?? [], passwordChangeRequired: false },
  });
  return step.kind === 'done' ? step.authentication : undefined;
}

function hasChosen(session: ActiveSession, interaction: AuthorizationInteraction | undefined): boolean {
  return interaction?.chosenSessionHash === session.tokenHash || hasSignedInSince(session, interaction);
}
