import { Entity } from 'typeorm';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { Count, Epoch, Id, Json, LongText, OptionalEpoch, OptionalText, Text } from '../columns.js';

/** A device authorization (RFC 8628). */
@Entity('device_codes')
export class DeviceCode {
  @Id() id: string;
  @Text(43) deviceCodeHash: string;
  @Text(43) userCodeHash: string;
  @Text() clientId: string;
  @LongText() scope: string;
  /** What the device requested beside; null for nothing. */
  @LongText({ nullable: true }) unknownScope: string | null;
  /** What the device requests beside its scopes (RFC 9396); null for nothing. */
  @Json({ nullable: true }) authorizationDetails: readonly AuthorizationDetail[] | null;
  @Text(16) state: 'pending' | 'allowed' | 'denied';
  @OptionalText(36) grantId: string | null;
  @Count() pollInterval: number;
  @OptionalEpoch() lastPolledAt: number | null;
  @Epoch() expiresAt: number;
  /** When the grant expires once the code is redeemed. Until then, the grant does not outlast the code. */
  @OptionalEpoch() grantExpiresAt: number | null;
  @OptionalEpoch() consumedAt: number | null;
}
