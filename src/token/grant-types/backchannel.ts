import { Injectable } from '@nestjs/common';
import { BackchannelRequestsStore } from '../../persistence/stores/backchannel-requests.store.js';
import { backchannelGrantType } from '../../protocol/client-metadata.js';
import type { IssuedTokens } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { PolledRequests } from './polled-requests.js';

/** The grant of a backchannel authentication request (CIBA Core §10.1 and §11), polled by its client, after a ping or without. */
@Injectable()
export class BackchannelGrant implements GrantType {
  readonly name = backchannelGrantType;
  readonly parameters = ['auth_req_id'];

  constructor(
    private readonly requests: BackchannelRequestsStore,
    private readonly polled: PolledRequests,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const value = request.parameters.require('auth_req_id');
    return this.polled.exchange(request, { store: this.requests, value, noun: 'auth_req_id' });
  }
}
