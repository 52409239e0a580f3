import { Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Subjects } from '../../clients/subjects.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { JwtVerifier } from '../../keys/jwt-verifier.js';
import type { IssuingGrant } from '../../persistence/entities/grant-columns.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { RefreshTokensStore } from '../../persistence/stores/refresh-tokens.store.js';
import type { Actor } from '../../protocol/actor.js';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { missingProof } from '../../protocol/confirmation.js';
import { invalidRequest } from '../../protocol/errors.js';
import { parseScope } from '../../protocol/scope.js';
import { ActiveTokens } from '../../resource/active-tokens.js';
import { mayKnowToken } from '../known-tokens.js';
import type { TokenRequest } from './grant-type.js';

const tokenType = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;
/** RFC 8693 §3 */
export const tokenTypes = {
  accessToken: tokenType('access_token'),
  refreshToken: tokenType('refresh_token'),
  idToken: tokenType('id_token'),
  /** Of another issuer. */
  jwt: tokenType('jwt'),
} as const;

/** A token of this server that stands for a resource owner, and what it allows. Times are seconds since the epoch. */
export interface SubjectToken {
  /** The resource owner, as the token names them. */
  readonly subject: string;
  /** The client to which the grant was given. */
  readonly grantClient: RegisteredClient;
  /** The client that holds the token: the one of the grant, or one that exchanged a token of it. */
  readonly holder: string;
  readonly grant: IssuingGrant & { readonly userId: string };
  /** The scopes of the token itself. */
  readonly scopes: readonly string[];
  /** What the token itself allows beside them. */
  readonly authorizationDetails: readonly AuthorizationDetail[];
  readonly expiresAt: number;
  /** Who acts with it already. */
  readonly actor: Actor | undefined;
}

type Found = Omit<SubjectToken, 'grantClient' | 'grant'> & {
  readonly grant: IssuingGrant;
  readonly clientId: string;
};

/** Reads the subject tokens of an exchange (RFC 8693 §2.1): access tokens, refresh tokens and ID tokens of this server. */
@Injectable()
export class SubjectTokens {
  constructor(
    private readonly activeTokens: ActiveTokens,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly grants: GrantsStore,
    private readonly jwtVerifier: JwtVerifier,
    private readonly clients: ClientDirectory,
    private readonly subjects: Subjects,
  ) {}

  /**
   * "If […] the subject_token […] [is] invalid for any reason, or [is] unacceptable based on policy, the authorization server MUST […]
   * [use] the invalid_request error code" (§2.2.2).
   * @throws OAuthError invalid_request; the reason is in its detail, since the token may be somebody else's
   */
  async read(request: TokenRequest): Promise<SubjectToken> {
    const { parameters } = request;
    const token = parameters.require('subject_token');
    const type = parameters.require('subject_token_type');
    const found = await this.find(type, token, request);
    const { grant, clientId } = found;
    const { userId } = grant;
    if (userId === null) throw refused('it acts for a client, not for a person');
    if (grant.userDisabledAt !== null) throw refused('the resource owner is disabled');
    const grantClient = await this.clients.find(clientId);
    if (!grantClient) throw refused('its client is unknown or disabled');
    return { ...found, grant: { ...grant, userId }, grantClient };
  }

  private async find(type: string, token: string, request: TokenRequest): Promise<Found> {
    switch (type) {
      case tokenTypes.accessToken:
        return this.accessToken(token, request);
      case tokenTypes.refreshToken:
        return this.refreshToken(token, request);
      case tokenTypes.idToken:
        return this.idToken(token, request);
      default:
        throw invalidRequest('subject_token_type is not supported');
    }
  }

  /** Only those that the client has received: they were issued to it, or for a resource that it serves. */
  private async accessToken(token: string, { client }: TokenRequest): Promise<Found> {
    const active = await this.activeTokens.find(token);
    if (!active || !mayKnowToken(client, active)) throw refused('an unknown or inactive access token');
    const grant = await this.grants.findForExchange(active.grantId);
    if (!grant) throw refused('its grant is gone');
    return {
      subject: active.subject,
      holder: active.clientId,
      clientId: grant.clientId,
      grant: grant.grant,
      scopes: parseScope(active.scope),
      authorizationDetails: active.authorizationDetails,
      expiresAt: active.expiresAt,
      actor: active.actor,
    };
  }

  /** It stays as it is: an exchange is no refresh. */
  private async refreshToken(token: string, { confirmation, now }: TokenRequest): Promise<Found> {
    const found = await this.refreshTokens.find(lookupHash(token));
    if (!found) throw refused('an unknown refresh token');
    const { grant, clientId, expiresAt } = found;
    const isOver = grant.revokedAt !== null || (grant.expiresAt !== null && grant.expiresAt <= now);
    if (isOver || found.consumedAt !== null || expiresAt <= now) throw refused('an inactive refresh token');
    const missing = missingProof(found.cnf, confirmation);
    if (missing !== undefined) throw refused(missing);
    const owner = grant.userId === null ? undefined : await this.subjectOf(clientId, grant.userId);
    return {
      subject: owner ?? clientId,
      holder: clientId,
      clientId,
      grant,
      scopes: parseScope(grant.scope),
      authorizationDetails: grant.authorizationDetails ?? [],
      expiresAt,
      actor: undefined,
    };
  }

  /** It stands for the latest grant of the sign-in that it tells of. */
  private async idToken(token: string, { now }: TokenRequest): Promise<Found> {
    const claims = await this.jwtVerifier.verifyIdToken(token);
    const { sub, aud, exp, auth_time: authTime } = claims ?? {};
    if (sub === undefined || typeof aud !== 'string' || exp === undefined || typeof authTime !== 'number')
      throw refused('an unknown or expired ID token');
    const grant = await this.grants.findLatest({ userId: sub, clientId: aud, authTime }, now);
    if (!grant)
      throw refused('no active grant of this person, client and sign-in; a pairwise subject has none');
    return {
      subject: sub,
      holder: aud,
      clientId: aud,
      grant,
      scopes: parseScope(grant.scope),
      authorizationDetails: grant.authorizationDetails ?? [],
      expiresAt: exp,
      actor: undefined,
    };
  }

  private async subjectOf(clientId: string, userId: string): Promise<string | undefined> {
    const client = await this.clients.find(clientId);
    return client && this.subjects.subjectFor(client, userId);
  }
}

export const refused = (detail: string): Error =>
  invalidRequest('the subject_token is not one that this client may exchange', `subject_token: ${detail}`);
