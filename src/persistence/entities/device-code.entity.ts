import { Entity } from 'typeorm';
import { Count, Epoch, Id, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';
import type { PolledRequest } from './polled-request.js';

/** A device authorization (RFC 8628). */
@Entity('device_codes')
export class DeviceCode implements PolledRequest {
  @Id() id: string;
  @Text(43) deviceCodeHash: string;
  @Text(43) userCodeHash: string;
  @Text() clientId: string;
  @LongText() scope: string;
  @LongText({ nullable: true }) unknownScope: string | null;
  @Text(16) state: 'pending' | 'allowed' | 'denied';
  @OptionalText(36) grantId: string | null;
  @Count() pollInterval: number;
  @OptionalEpoch() lastPolledAt: number | null;
  @Epoch() expiresAt: number;
  @OptionalEpoch() grantExpiresAt: number | null;
  @OptionalEpoch() consumedAt: number | null;
}
