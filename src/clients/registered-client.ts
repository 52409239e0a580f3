import { sameHash } from '../crypto/secrets.js';
import type { ClientSecret } from '../persistence/entities/client-secret.entity.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { includesProfile, type Profile } from '../protocol/profile.js';
import { matchesRedirectUri } from '../protocol/redirect-uri.js';
import { matchesRequestUri } from '../protocol/request-uri.js';
import { signedResponseModes } from '../protocol/response-mode.js';
import { learnsSubjectsByRedirection, sectorOf } from '../protocol/sector.js';
import { issues } from '../protocol/response-type.js';
import { withIncluded } from '../resource/rights.js';
import type { Text } from '../locales/message.js';
import { toMetadata } from './client-columns.js';
import { type Reach, registeredReach } from './client-reach.js';
import { shownName } from './client-texts.js';

/** A client as the protocol endpoints use it. */
export class RegisteredClient {
  readonly clientId: string;
  readonly name: string;
  /** Its name as pages show it. */
  readonly shownName: Text;
  /** Those that it is registered for, within its bounds. */
  readonly scopes: ReadonlySet<string>;
  private readonly allowedScopes: ReadonlySet<string>;
  readonly isPublic: boolean;
  /** The methods by which it may authenticate. */
  readonly authMethods: readonly string[];
  /** The sector whose clients share pairwise subjects (OIDC Core §8.1); null if the client uses public subjects. */
  readonly sector: string | null;

  constructor(
    readonly metadata: Client,
    private readonly secrets: readonly ClientSecret[],
    private readonly reach: Reach = registeredReach(metadata),
  ) {
    this.clientId = metadata.clientId;
    this.name = metadata.clientName;
    this.shownName = shownName(metadata);
    this.scopes = new Set(reach.scopes);
    this.allowedScopes = withIncluded(this.scopes);
    this.sector = sectorOfClient(metadata);
    this.authMethods = metadata.tokenEndpointAuthMethods ?? [metadata.tokenEndpointAuthMethod];
    this.isPublic = metadata.tokenEndpointAuthMethod === 'none';
  }

  /** Whether it is registered for a scope, or for one of the admin API that includes it. */
  allowsScope(scope: string): boolean {
    return this.allowedScopes.has(scope);
  }

  allowsGrantType(grantType: string): boolean {
    return this.metadata.grantTypes.includes(grantType);
  }

  /** Access tokens of the authorization endpoint are bearer tokens, which a client that must use DPoP does not get. */
  allowsResponseType(responseType: string): boolean {
    if (this.requiresDpop && issues(responseType, 'token')) return false;
    return this.metadata.responseTypes.includes(responseType);
  }

  /** Whether it registered this response mode, or none in particular (FAPI 2.0 Message Signing §5.3.3). */
  allowsResponseMode(responseMode: string): boolean {
    return this.metadata.responseModes?.includes(responseMode) ?? true;
  }

  allowsRedirectUri(uri: string): boolean {
    return matchesRedirectUri(this.metadata.redirectUris, uri);
  }

  allowsPostLogoutRedirectUri(uri: string): boolean {
    return matchesRedirectUri(this.metadata.postLogoutRedirectUris, uri);
  }

  /** Whether the client registered this request_uri (OIDC Registration §2, `request_uris`). */
  allowsRequestUri(uri: string): boolean {
    return matchesRequestUri(this.metadata.requestUris ?? [], uri);
  }

  /** Whether the client has registered keys, so that its signatures can be verified. */
  get hasKeys(): boolean {
    return this.metadata.jwks !== null || this.metadata.jwksUri !== null;
  }

  /** Whether a document at its client_id describes the client; nobody registered it here. */
  get isDescribed(): boolean {
    return this.metadata.documentFetchedAt !== null;
  }

  /**
   * Whether the client registered itself (RFC 7591), or is described by its own document: nobody here has checked what it says about
   * itself.
   */
  get registeredItself(): boolean {
    return this.metadata.registrationTokenHash !== null || this.isDescribed;
  }

  /** Whether it says that it acts on its own. */
  get isAgent(): boolean {
    return this.metadata.eyrieAgent;
  }

  /** The types of authorization details that it is registered for, within its bounds (RFC 9396 §10). */
  get authorizationDetailsTypes(): readonly string[] {
    return this.reach.authorizationDetailsTypes;
  }

  /** Whether an administrator demands that its access tokens are bound to a key by DPoP. */
  get requiresDpop(): boolean {
    return this.reach.requiresDpop;
  }

  /** When an access token that is issued now expires at the latest, as far as the bounds of the client say; seconds since the epoch. */
  latestExpiry(now: number): number {
    return now + (this.reach.maxTokenTtlSeconds ?? Infinity);
  }

  /** Whether an administrator trusts the client, so that people are not asked for consent. What registers itself can change who it is. */
  get skipsConsent(): boolean {
    return this.metadata.skipConsent && !this.registeredItself;
  }

  /** Whether anybody can act as this client: it has no credentials, or registered itself. */
  get isAnonymous(): boolean {
    return this.isPublic || this.registeredItself;
  }

  /** The security profile in force. What it demands, the metadata has already. */
  get profile(): Profile | null {
    return this.metadata.eyrieProfile as Profile | null;
  }

  /** Whether what it introspects is always signed (FAPI 2.0 Message Signing §5.5.1). */
  get getsSignedIntrospection(): boolean {
    return includesProfile(this.profile, 'fapi2-message-signing');
  }

  /** Whether all its authorization responses are signed: it registered the response modes of JARM alone. */
  get getsSignedResponses(): boolean {
    return this.metadata.responseModes?.every((mode) => signedResponseModes.includes(mode)) ?? false;
  }

  /** Always for public clients; by registration for confidential ones (RFC 9700 §2.1.1). */
  get requiresPkce(): boolean {
    return this.isPublic || this.metadata.requirePkce;
  }

  /** "Refresh tokens for public clients MUST be sender-constrained or use refresh token rotation" (RFC 9700 §2.2.2). */
  get rotatesRefreshTokens(): boolean {
    return this.isPublic || this.metadata.rotateRefreshTokens;
  }

  /** Whether the client is notified when a session ends. */
  get hasLogoutUri(): boolean {
    return this.metadata.backchannelLogoutUri !== null || this.metadata.frontchannelLogoutUri !== null;
  }

  /**
   * The active secret that has one of these hashes and that the client's method can use. Takes the same time whichever secret matches.
   * @param hashes the forms in which a secret may be stored
   */
  findSecret(hashes: readonly string[], now: number): ClientSecret | undefined {
    let found: ClientSecret | undefined;
    for (const secret of this.secrets) {
      const matches = hashes.filter((hash) => sameHash(secret.secretHash, hash)).length > 0;
      if (matches && this.isUsable(secret, now)) found = secret;
    }
    return found;
  }

  /** Whether {@link findSecret} finds a secret. */
  hasSecret(hashes: readonly string[], now: number): boolean {
    return this.findSecret(hashes, now) !== undefined;
  }

  /** Whether the client has an active secret that its method can use. */
  hasUsableSecret(now: number): boolean {
    return this.secrets.some((secret) => this.isUsable(secret, now));
  }

  /** The active secrets in sealed form; none unless the client authenticates with a MAC. */
  sealedSecrets(now: number): string[] {
    return this.secrets.flatMap((secret) =>
      secret.sealedSecret !== null && isActive(secret, now) ? [secret.sealedSecret] : [],
    );
  }

  private isUsable(secret: ClientSecret, now: number): boolean {
    const needsSealed = this.metadata.tokenEndpointAuthMethod === 'client_secret_jwt';
    return isActive(secret, now) && (secret.sealedSecret !== null || !needsSealed);
  }
}

const isActive = ({ expiresAt }: ClientSecret, now: number): boolean => expiresAt === null || expiresAt > now;

/**
 * The sector of a client; null if it uses public subjects. A client that registered itself shares the sector of its redirection URIs only
 * if it learns subjects nowhere else. Otherwise it is a sector of its own: it may claim the URIs of another party.
 */
export function sectorOfClient(client: Client): string | null {
  if (client.subjectType !== 'pairwise') return null;
  const { sector_identifier_uri, redirect_uris, grant_types, backchannel_logout_uri } = toMetadata(client);
  const isProven =
    (client.registrationTokenHash === null && client.documentFetchedAt === null) ||
    learnsSubjectsByRedirection({ redirect_uris, grant_types, backchannel_logout_uri });
  const shared = isProven ? sectorOf({ sector_identifier_uri, redirect_uris }) : undefined;
  return shared ?? `client:${client.clientId}`;
}
