import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import {
  AssertionRefused,
  BearerAssertions,
  type VerifiedAssertion,
} from '../../clients/trusted-issuers/bearer-assertions.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { newGrant } from '../../persistence/entities/grant-columns.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { formatScope } from '../../protocol/scope.js';
import { AccessTokenMint, type ExchangedContents } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import { AssertedEntitlements } from './asserted-entitlements.js';
import type { TokenRequest } from './grant-type.js';

/** What an assertion brings about. */
export interface AssertedGrant {
  readonly grantType: string;
  /** Whom the tokens are about; null for the client itself. */
  readonly userId: string | null;
  readonly scopes: readonly string[];
  /** The resources that the tokens are limited to; null if the scopes alone decide. */
  readonly resources: string[] | null;
  /** If the client acts for the person. */
  readonly exchanged?: ExchangedContents;
  readonly issuedTokenType?: string;
}

/** Issues an access token on the word of a trusted issuer, with a grant of its own. There is never a refresh token. */
@Injectable()
export class AssertedTokens {
  constructor(
    private readonly assertions: BearerAssertions,
    private readonly entitlements: AssertedEntitlements,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly accessTokens: AccessTokensStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws AssertionRefused @throws OAuthError invalid_scope, invalid_target */
  async issue(
    { client, parameters, confirmation, now }: TokenRequest,
    assertion: VerifiedAssertion,
    { scopes, exchanged, issuedTokenType, ...asserted }: AssertedGrant,
  ): Promise<IssuedTokens> {
    const { issuer, subject } = assertion;
    const grant = newGrant({
      ...asserted,
      clientId: client.clientId,
      scope: formatScope(scopes),
      offline: true,
      createdAt: now,
      expiresAt: now + this.settings.lifetimes.accessToken,
      trustedIssuerId: issuer.id,
    });
    const entitlement = await this.entitlements.left(client, grant, parameters);
    const access = await this.accessTokenMint.mint({
      client,
      grant,
      ...entitlement,
      confirmation,
      ...(exchanged && { exchanged }),
      now,
    });
    await this.assertions.useOnce(assertion, now);
    await this.changes.change(
      {
        event: 'assertion.accepted',
        actor: `client:${client.clientId}`,
        userId: grant.userId,
        clientId: client.clientId,
        grantId: grant.id,
        detail: {
          trusted_issuer: issuer.name,
          subject: subject.slice(0, 200),
          scope: formatScope(entitlement.scopes),
        },
      },
      async (tx) => {
        if (!(await this.grants.insertOfIssuer(tx, issuer.id, grant)))
          throw new AssertionRefused('the issuer is not trusted any more, or the user was disabled');
        if (access.row) await this.accessTokens.insert(tx, access.row);
      },
    );
    return issuedTokens(access, entitlement.scopes, issuedTokenType === undefined ? {} : { issuedTokenType });
  }
}
