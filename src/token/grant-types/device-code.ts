import { Injectable } from '@nestjs/common';
import { lookupHash } from '../../crypto/opaque-token.js';
import { type DeviceCodeWithGrant, DeviceCodesStore } from '../../persistence/stores/device-codes.store.js';
import type { IssuingGrant } from '../../persistence/entities/grant-columns.js';
import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import { invalidGrant, OAuthError } from '../../protocol/errors.js';
import type { IssuedTokens } from '../mint/token-response.js';
import { GrantTokenIssuance } from './grant-token-issuance.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { timeAgo } from './time-ago.js';

/** The device authorization grant (RFC 8628 §3.4 and §3.5). A device polls until its user has decided. */
@Injectable()
export class DeviceCodeGrant implements GrantType {
  readonly name = deviceCodeGrantType;
  readonly parameters = ['device_code', 'authorization_details'];

  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly tokens: GrantTokenIssuance,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, now } = request;
    const code = await this.codes.find(lookupHash(parameters.require('device_code')));
    if (!code || code.clientId !== client.clientId)
      throw refused('unknown code, or a code of another client');
    const grant = await this.decided(code, now);

    const tokens = await this.tokens.issueFirst(request, grant, {
      consume: (tx) => this.codes.redeem(tx, code.id, now),
    });
    if (!tokens) throw refused('the code was used or its grant was revoked meanwhile');
    return tokens;
  }

  /**
   * The grant, if the user has allowed it.
   * @throws OAuthError with the codes of RFC 8628 §3.5
   */
  private async decided({ id, ...code }: DeviceCodeWithGrant, now: number): Promise<IssuingGrant> {
    if (code.consumedAt !== null)
      throw invalidGrant(`the device code was redeemed before, ${timeAgo(now - code.consumedAt)}`);
    if (code.expiresAt <= now) throw new OAuthError('expired_token', 'the device code has expired');
    if (code.state === 'denied')
      throw new OAuthError('access_denied', 'the resource owner denied the request');
    if (code.state === 'pending' || !code.grant) {
      throw (await this.codes.poll(id, now))
        ? new OAuthError('authorization_pending', 'the resource owner has not decided yet')
        : new OAuthError('slow_down', 'wait five seconds more between two requests');
    }
    if (code.grant.revokedAt !== null) throw refused('the grant was revoked');
    if (code.grant.userDisabledAt !== null) throw refused('the resource owner is disabled');
    return code.grant;
  }
}

const refused = (detail: string): Error =>
  invalidGrant('the device code is invalid or used, or was issued to another client', detail);
