import { Injectable } from '@nestjs/common';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { invalidGrant } from '../../protocol/errors.js';
import { AccessTokenMint } from '../mint/access-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { StandingGrants } from './standing-grants.js';

/** A client exchanges a voucher for an access token without scopes. Every voucher that begins with its client_id is good. */
@Injectable()
export class VoucherGrant implements GrantType {
  readonly name = 'urn:example:grant-type:voucher';
  readonly parameters = ['voucher'];

  constructor(
    private readonly standingGrants: StandingGrants,
    private readonly accessTokens: AccessTokensStore,
    private readonly database: Database,
    private readonly accessTokenMint: AccessTokenMint,
  ) {}

  async exchange({ client, parameters, confirmation, now }: TokenRequest): Promise<IssuedTokens> {
    if (!parameters.require('voucher').startsWith(`${client.clientId}:`))
      throw invalidGrant('the voucher is invalid', 'a voucher of another client');
    const grant = await this.standingGrants.findOrCreate(client.clientId, now);
    const access = await this.accessTokenMint.mint({
      client,
      grant,
      scopes: [],
      resources: [],
      authorizationDetails: [],
      confirmation,
      now,
    });
    const { row } = access;
    if (row) await this.database.write((tx) => this.accessTokens.insert(tx, row));
    return issuedTokens(access, []);
  }
}
