import { Injectable } from '@nestjs/common';
import { lookupHash } from '../../crypto/opaque-token.js';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { type DeviceCodeWithGrant, DeviceCodesStore } from '../../persistence/stores/device-codes.store.js';
import type { IssuingGrant } from '../../persistence/stores/issuing-grant.js';
import { RefreshTokensStore } from '../../persistence/stores/refresh-tokens.store.js';
import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import { invalidGrant, OAuthError } from '../../protocol/errors.js';
import { parseScope } from '../../protocol/scope.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { IdTokenMint } from '../mint/id-token.js';
import { RefreshTokenMint } from '../mint/refresh-token.js';
import { type TokenResponse, tokenResponse } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { Targets } from './targets.js';

/** The device authorization grant (RFC 8628 §3.4 and §3.5): a device asks again and again until its user has decided. */
@Injectable()
export class DeviceCodeGrant implements GrantType {
  readonly name = deviceCodeGrantType;
  readonly parameters = ['device_code'];

  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly accessTokens: AccessTokensStore,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly database: Database,
    private readonly targets: Targets,
    private readonly accessTokenMint: AccessTokenMint,
    private readonly refreshTokenMint: RefreshTokenMint,
    private readonly idTokenMint: IdTokenMint,
  ) {}

  async exchange({ client, parameters, confirmation, now }: TokenRequest): Promise<TokenResponse> {
    const code = await this.codes.find(lookupHash(parameters.require('device_code')));
    if (!code || code.clientId !== client.clientId)
      throw refused('unknown code, or a code of another client');
    const grant = await this.decided(code, now);

    const granted = parseScope(grant.scope);
    const { scopes, resources } = await this.targets.of(parameters, granted, grant.resources);
    const access = await this.accessTokenMint.mint({
      client,
      grantId: grant.id,
      grantExpiresAt: grant.expiresAt,
      userId: grant.userId,
      scopes,
      resources,
      authTime: grant.authTime,
      acr: grant.acr,
      confirmation,
      now,
    });
    const refresh = this.refreshTokenMint.isDue(client, grant)
      ? this.refreshTokenMint.mint(client, grant, now, confirmation)
      : undefined;
    const idToken =
      grant.userId !== null && granted.includes('openid')
        ? await this.idTokenMint.mint({ client, grant, userId: grant.userId, accessToken: access.token, now })
        : undefined;

    const redeemed = await this.database.write(async (tx) => {
      if (!(await this.codes.redeem(tx, code.id, now))) return false;
      if (access.row) await this.accessTokens.insert(tx, access.row);
      if (refresh) await this.refreshTokens.insert(tx, refresh.row);
      return true;
    });
    if (!redeemed) throw refused('the code was used, or its grant revoked, meanwhile');
    return tokenResponse(access, scopes, { refreshToken: refresh?.token, idToken });
  }

  /**
   * The grant, once the user has allowed it.
   * @throws OAuthError as RFC 8628 §3.5
   */
  private async decided({ id, ...code }: DeviceCodeWithGrant, now: number): Promise<IssuingGrant> {
    if (code.consumedAt !== null) throw refused('the code was used before');
    if (code.expiresAt <= now) throw new OAuthError('expired_token', 'the device code has expired');
    if (code.state === 'denied')
      throw new OAuthError('access_denied', 'the resource owner denied the request');
    if (code.state === 'pending' || !code.grant) {
      throw (await this.codes.poll(id, now))
        ? new OAuthError('authorization_pending', 'the resource owner has not decided yet')
        : new OAuthError('slow_down', 'wait five seconds longer between requests');
    }
    if (code.grant.revokedAt !== null) throw refused('the grant was revoked');
    if (code.grant.userDisabledAt !== null) throw refused('the resource owner is disabled');
    return code.grant;
  }
}

const refused = (detail: string): Error =>
  invalidGrant('the device code is invalid, used, or was issued to another client', detail);
