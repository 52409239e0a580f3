import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { grantExpiry, pendingGrantExpiry } from '../consent/grant-expiry.js';
import type { ShownWords } from '../consent/consent-records.js';
import { BasisChanged, GrantRecords, type Permission } from '../consent/grant-records.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { Database } from '../persistence/database.js';
import type { AuthorizationCode } from '../persistence/entities/authorization-code.entity.js';
import { newGrant } from '../persistence/entities/grant-columns.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { AuthorizationCodesStore } from '../persistence/stores/authorization-codes.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { authTimeOf } from '../protocol/acr.js';
import type { OAuthError } from '../protocol/errors.js';
import { organizationScope } from '../protocol/organization.js';
import { issues, issuesTokens } from '../protocol/response-type.js';
import { formatScope, scopeBeside } from '../protocol/scope.js';
import type { AuthorizationInteraction } from '../interaction/interaction.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';
import { FrontChannelTokens } from './front-channel-tokens.js';
import { answeredMeanwhile, PushedRequests } from './pushed-requests.js';

/** Why a resource owner was not asked. */
export type Unasked =
  | {
      /** What they allowed the client before. */
      readonly remembered: ReadonlySet<string>;
    }
  | {
      /** An administrator trusts the client. */
      readonly isTrusted: true;
    }
  | {
      /** What an administrator allows the client in place of the members of the organization, as it is stored. */
      readonly consentedScope: string;
      /** What they allowed the client before; undefined if nothing rests on it. */
      readonly remembered: ReadonlySet<string> | undefined;
    };

/** What a resource owner allows of a request. */
export type Allowed = {
  readonly session: ActiveSession;
  readonly scopes: readonly string[];
  /** The organization for which the client wants to act; null if for none. */
  readonly organizationId: string | null;
} & (
  | Unasked
  | {
      /** They have just decided: how what they allow was described to them. */
      readonly shown: ShownWords;
    }
);

/** A grant with when it expires once its code is redeemed. */
interface PendingGrant {
  readonly grant: Grant;
  readonly expiresAt: number;
}

/** Creates the grant of an allowed request, and its code and tokens. All writes are in one transaction. */
@Injectable()
export class Issuance {
  constructor(
    private readonly codes: AuthorizationCodesStore,
    private readonly frontChannelTokens: FrontChannelTokens,
    private readonly grants: GrantRecords,
    private readonly answers: InteractionAnswers,
    private readonly pushedRequests: PushedRequests,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param interaction the one that the browser came back with, which this answers
   * @returns the parameters of the response: the code, and the tokens, or both; undefined if what the answer rests
   * on has changed meanwhile (session, consent, user), or the request has been answered: nothing is written then
   * @throws PageError if the request was pushed, and has been answered in another interaction
   */
  async issue(
    request: AuthorizationRequest,
    allowed: Allowed,
    interaction: AuthorizationInteraction | undefined,
  ): Promise<Record<string, string> | undefined> {
    const { session } = allowed;
    const code = issues(request.responseType, 'code') ? generateOpaqueToken() : undefined;
    const now = this.clock.now();
    const pending = this.grantOf(request, allowed, now);
    const { grant } = pending;
    const tokens = issuesTokens(request.responseType)
      ? await this.frontChannelTokens.mint(request, grant, session.userId, code)
      : undefined;
    const issued = { ...(code === undefined ? {} : { code }), ...tokens?.parameters };
    const answer = interaction && (await this.answers.prepare(interaction, { issued }));
    const use = await this.pushedRequests.prepareUse(request, { issued }, session.tokenHash);
    const given = {
      grant,
      session,
      permission: permissionOf(request, allowed),
      notified: request.client.hasLogoutUri,
    };
    await this.grants.keepClient(request.client);
    try {
      const isIssued = await this.database.write(async (tx) => {
        if (answer && !(await answer(tx))) return false;
        if (!(await use(tx))) {
          if (interaction) throw answeredMeanwhile();
          return false;
        }
        await this.grants.give(tx, given);
        if (code !== undefined) await this.codes.insert(tx, this.codeOf(request, pending, code));
        if (tokens) await this.frontChannelTokens.keep(tx, tokens);
        return true;
      });
      if (isIssued && tokens) this.frontChannelTokens.record(tokens, request.client);
      return isIssued ? issued : undefined;
    } catch (error) {
      if (error instanceof BasisChanged) return undefined;
      throw error;
    }
  }

  /**
   * Writes that the resource owner has denied the request.
   * @returns false if the interaction has been answered meanwhile
   * @throws PageError if the request was pushed, and has been answered meanwhile
   */
  async deny(
    request: ProvenRequest,
    { code, description }: OAuthError,
    interaction: AuthorizationInteraction,
  ): Promise<boolean> {
    const error = { code, description };
    const answer = await this.answers.prepare(interaction, { error });
    const use = await this.pushedRequests.prepareUse(request, { error });
    return this.database.write(async (tx) => {
      if (!(await answer(tx))) return false;
      if (!(await use(tx))) throw answeredMeanwhile();
      return true;
    });
  }

  private grantOf(request: AuthorizationRequest, allowed: Allowed, now: number): PendingGrant {
    const { session, scopes } = allowed;
    const offline = scopes.includes('offline_access');
    const issuesCode = issues(request.responseType, 'code');
    const { code, ...lifetimes } = this.settings.lifetimes;
    const codeExpiresAt = now + code;
    const expiresAt = grantExpiry(
      {
        now,
        codeExpiresAt,
        refreshable: request.client.allowsGrantType('refresh_token'),
        ...(offline ? {} : { sessionExpiresAt: session.expiresAt }),
      },
      lifetimes,
    );
    const issuesAccessToken = issues(request.responseType, 'token');
    const pendingTerms = { now, codeExpiresAt, issuesAccessToken };
    const grant = newGrant({
      grantType: issuesCode ? 'authorization_code' : 'implicit',
      clientId: request.client.clientId,
      userId: session.userId,
      sessionId: session.id,
      scope: formatScope(scopes),
      ungrantedScope: scopeBeside(scopes, formatScope(request.scopes), request.parameters.get('scope')),
      resources: request.resources && [...request.resources],
      authorizationDetails: request.authorizationDetails.length > 0 ? request.authorizationDetails : null,
      offline,
      authTime: authTimeOf(session.proofs),
      acr: session.acr,
      amr: [...session.amr],
      claims: request.parameters.get('claims') ?? null,
      orgId: organizationOf(allowed),
      createdAt: now,
      expiresAt: issuesCode ? pendingGrantExpiry(pendingTerms, lifetimes) : expiresAt,
    });
    return { grant, expiresAt };
  }

  private codeOf(
    request: AuthorizationRequest,
    { grant, expiresAt }: PendingGrant,
    code: string,
  ): AuthorizationCode {
    return {
      codeHash: lookupHash(code),
      grantId: grant.id,
      clientId: grant.clientId,
      redirectUri: request.redirectUri,
      redirectUriSent: request.redirectUriSent,
      codeChallenge: request.codeChallenge ?? null,
      dpopJkt: request.dpopJkt ?? null,
      nonce: request.nonce ?? null,
      expiresAt: grant.createdAt + this.settings.lifetimes.code,
      grantExpiresAt: expiresAt,
      consumedAt: null,
    };
  }
}

function permissionOf(
  { client, scopes: requested, authorizationDetails: details }: AuthorizationRequest,
  { organizationId, ...allowed }: Allowed,
): Permission {
  const { session, scopes } = allowed;
  const key = {
    userId: session.userId,
    clientId: client.clientId,
    organizationId: organizationOf({ organizationId, scopes }),
  };
  if ('shown' in allowed)
    return { decision: { ...key, requested, allowed: scopes, details, shown: allowed.shown } };
  const trusted = { ...key, allowed: scopes };
  if ('isTrusted' in allowed) return { trusted: { ...trusted, isForMembers: false } };
  const { remembered } = allowed;
  if ('consentedScope' in allowed) {
    const { consentedScope } = allowed;
    return { trusted: { ...trusted, isForMembers: true }, consentedScope, remembered };
  }
  return { remembered: allowed.remembered };
}

/** The organization for which a grant is given: none if its scope was refused. */
export const organizationOf = ({
  organizationId,
  scopes,
}: Pick<Allowed, 'organizationId' | 'scopes'>): string | null =>
  scopes.includes(organizationScope) ? organizationId : null;
