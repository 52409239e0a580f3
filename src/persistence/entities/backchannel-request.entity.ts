import { Entity } from 'typeorm';
import {
  Count,
  Epoch,
  Id,
  Json,
  LongText,
  OptionalCount,
  OptionalEpoch,
  OptionalText,
  Text,
} from '../columns.js';
import type { PolledRequest } from './polled-request.js';

/** A request of a client for the authentication of a person who is not in its browser (CIBA Core §7). */
@Entity('backchannel_requests')
export class BackchannelRequest implements PolledRequest {
  @Id() id: string;
  @Text(43) authReqIdHash: string;
  @Text() clientId: string;
  /** The person who is asked. */
  @Text(36) userId: string;
  @LongText() scope: string;
  @LongText({ nullable: true }) unknownScope: string | null;
  /** The resources that the client named (RFC 8707); null where the scopes alone decide. */
  @Json({ nullable: true }) resources: string[] | null;
  /** The context classes that the client prefers, as far as they can be reached here. */
  @Json() acrValues: string[];
  /** The greatest age of the sign-in in which the person decides, in seconds. */
  @OptionalCount() maxAge: number | null;
  /** What the client shows too, so that the person can compare. */
  @OptionalText() bindingMessage: string | null;
  /** What a ping needs: `auth_req_id` and the token of the client. Null unless the client gets pings. */
  @LongText({ nullable: true }) pingSealed: string | null;
  @Text(16) state: 'pending' | 'allowed' | 'denied';
  @OptionalText(36) grantId: string | null;
  @Count() pollInterval: number;
  @OptionalEpoch() lastPolledAt: number | null;
  @Epoch() createdAt: number;
  @Epoch() expiresAt: number;
  @OptionalEpoch() grantExpiresAt: number | null;
  @OptionalEpoch() consumedAt: number | null;
}
