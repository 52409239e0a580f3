import { Entity } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Count, Epoch, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';
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
  /** What the device requests beside its scopes (RFC 9396); null for nothing. */
  @Json({ nullable: true }) authorizationDetails: readonly AuthorizationDetail[] | null;
  @Text(16) state: 'pending' | 'allowed' | 'denied';
  @OptionalText(36) grantId: string | null;
  @Count() pollInterval: number;
  @OptionalEpoch() lastPolledAt: number | null;
  @Epoch() expiresAt: number;
  @OptionalEpoch() grantExpiresAt: number | null;
  @OptionalEpoch() consumedAt: number | null;
}
