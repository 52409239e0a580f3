import { Injectable } from '@nestjs/common';
import { DeviceCodesStore } from '../../persistence/stores/device-codes.store.js';
import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import type { IssuedTokens } from '../mint/token-response.js';
import type { GrantType, TokenRequest } from './grant-type.js';
import { PolledRequests } from './polled-requests.js';

/** The device authorization grant (RFC 8628 §3.4 and §3.5). A device polls until its user has decided. */
@Injectable()
export class DeviceCodeGrant implements GrantType {
  readonly name = deviceCodeGrantType;
  readonly parameters = ['device_code', 'authorization_details'];

  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly polled: PolledRequests,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const value = request.parameters.require('device_code');
    return this.polled.exchange(request, { store: this.codes, value, noun: 'device code' });
  }
}
