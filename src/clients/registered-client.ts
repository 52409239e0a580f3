import { sameHash } from '../crypto/secrets.js';
import type { ClientSecret } from '../persistence/entities/client-secret.entity.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { matchesRedirectUri } from '../protocol/redirect-uri.js';
import { matchesRequestUri } from '../protocol/request-uri.js';
import { sectorOf } from '../protocol/sector.js';
import { parseScope } from '../protocol/scope.js';

/** A client as the protocol endpoints use it: its metadata with the questions they ask of it. */
export class RegisteredClient {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
  readonly isPublic: boolean;
  /** Where its pairwise subjects are the same; null when it has public ones. */
  readonly sector: string | null;

  constructor(
    readonly metadata: Client,
    private readonly secrets: readonly ClientSecret[],
  ) {
    this.clientId = metadata.clientId;
    this.name = metadata.clientName;
    this.scopes = new Set(parseScope(metadata.scope));
    this.sector = metadata.subjectType === 'pairwise' ? pairwiseSector(metadata) : null;
    this.isPublic = metadata.tokenEndpointAuthMethod === 'none';
  }

  allowsGrantType(grantType: string): boolean {
    return this.metadata.grantTypes.includes(grantType);
  }

  allowsResponseType(responseType: string): boolean {
    return this.metadata.responseTypes.includes(responseType);
  }

  allowsRedirectUri(uri: string): boolean {
    return matchesRedirectUri(this.metadata.redirectUris, uri);
  }

  /** Whether a request object may come from there (OIDC Registration §2, `request_uris`). */
  allowsRequestUri(uri: string): boolean {
    return matchesRequestUri(this.metadata.requestUris ?? [], uri);
  }

  /** Whether it can prove that it signed something. */
  get hasKeys(): boolean {
    return this.metadata.jwks !== null || this.metadata.jwksUri !== null;
  }

  /** Public clients always, confidential ones by policy (RFC 9700 §2.1.1). */
  get requiresPkce(): boolean {
    return this.isPublic || this.metadata.requirePkce;
  }

  /** "Refresh tokens for public clients MUST be sender-constrained or use refresh token rotation" (RFC 9700 §2.2.2). */
  get rotatesRefreshTokens(): boolean {
    return this.isPublic || this.metadata.rotateRefreshTokens;
  }

  /** Whether it is notified when a session ends. */
  get hasLogoutUri(): boolean {
    return this.metadata.backchannelLogoutUri !== null || this.metadata.frontchannelLogoutUri !== null;
  }

  /** Whether a hashed secret is one of those that live, and is kept in the form that the client's method needs. */
  hasSecret(secretHash: string, now: number): boolean {
    let found = false;
    for (const secret of this.secrets) {
      const matches = sameHash(secret.secretHash, secretHash);
      if (matches && this.isUsable(secret, now)) found = true;
    }
    return found;
  }

  /** Whether it has any secret that its method can work with. */
  hasUsableSecret(now: number): boolean {
    return this.secrets.some((secret) => this.isUsable(secret, now));
  }

  /** Its living secrets, sealed; none unless it authenticates by a MAC. */
  sealedSecrets(now: number): string[] {
    return this.secrets.flatMap((secret) =>
      secret.sealedSecret !== null && isLive(secret, now) ? [secret.sealedSecret] : [],
    );
  }

  private isUsable(secret: ClientSecret, now: number): boolean {
    const needsSealed = this.metadata.tokenEndpointAuthMethod === 'client_secret_jwt';
    return isLive(secret, now) && (secret.sealedSecret !== null || !needsSealed);
  }
}

const isLive = ({ expiresAt }: ClientSecret, now: number): boolean => expiresAt === null || expiresAt > now;

/** A registration without a sector is refused; its own id would still keep the client apart from all others. */
function pairwiseSector({ clientId, sectorIdentifierUri, redirectUris }: Client): string {
  return (
    sectorOf({ sector_identifier_uri: sectorIdentifierUri, redirect_uris: redirectUris }) ??
    `client:${clientId}`
  );
}
