import type { RegisteredClient } from '../clients/registered-client.js';
import { grantExpiry, pendingGrantExpiry } from '../consent/grant-expiry.js';
import { newGrant } from '../persistence/entities/grant-columns.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import type { PolledRequest } from '../persistence/entities/polled-request.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { authTimeOf } from '../protocol/acr.js';
import type { AuthorizationDetail } from '../protocol/authorization-details.js';
import { formatScope, scopeBeside } from '../protocol/scope.js';

/** What a person allows of a request that its client polls. */
export interface AllowedRequest {
  readonly request: Pick<PolledRequest, 'scope' | 'unknownScope' | 'expiresAt'>;
  readonly client: RegisteredClient;
  readonly session: ActiveSession;
  readonly scopes: readonly string[];
  readonly grantType: string;
  readonly resources?: string[] | null;
  readonly authorizationDetails?: readonly AuthorizationDetail[] | null;
  /** The organization for which the client acts. */
  readonly orgId?: string | null;
}

/** A grant with when it expires once its request is redeemed. */
export interface PolledGrant {
  readonly grant: Grant;
  readonly expiresAt: number;
}

/** The grant of a request that its client polls. It does not end with the session of the browser, which runs elsewhere. */
export function polledGrant(
  {
    request,
    client,
    session,
    scopes,
    grantType,
    resources = null,
    authorizationDetails = null,
    orgId = null,
  }: AllowedRequest,
  lifetimes: { readonly accessToken: number; readonly refreshAbsolute: number },
  now: number,
): PolledGrant {
  const terms = {
    now,
    codeExpiresAt: request.expiresAt,
    refreshable: client.allowsGrantType('refresh_token'),
  };
  const grant = newGrant({
    grantType,
    clientId: client.clientId,
    userId: session.userId,
    scope: formatScope(scopes),
    ungrantedScope: scopeBeside(scopes, request.scope, request.unknownScope),
    resources,
    authorizationDetails,
    orgId,
    offline: scopes.includes('offline_access'),
    authTime: authTimeOf(session.proofs),
    acr: session.acr,
    amr: [...session.amr],
    createdAt: now,
    expiresAt: pendingGrantExpiry({ ...terms, issuesAccessToken: false }, lifetimes),
  });
  return { grant, expiresAt: grantExpiry(terms, lifetimes) };
}
