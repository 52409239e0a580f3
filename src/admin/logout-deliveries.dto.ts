import { ApiProperty } from '@nestjs/swagger';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { ChoiceField, ClientIdQuery, UserIdQuery } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';

const states = ['pending', 'delivered', 'failed'] as const;

/** Filters for the list of deliveries. */
export class LogoutDeliveriesQuery extends TimedPageQuery {
  @ClientIdQuery('Only deliveries to this client')
  client_id?: string;

  @UserIdQuery('Only deliveries about this user')
  user_id?: string;

  @ChoiceField({ optional: true, values: states, description: 'Only deliveries in this state' })
  state?: Delivery['state'];
}

/** A logout request to one client. */
export class LogoutDeliveryDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The session that ended: the `sid` claim' })
  session_id: string;

  @ApiProperty()
  user_id: string;

  @ApiProperty({ example: 'message-writer' })
  client_id: string;

  @ApiProperty({ enum: states, description: '`failed`: it is not attempted any more, unless it is retried' })
  state: Delivery['state'];

  @ApiProperty({ type: 'integer', description: 'How many attempts were made' })
  attempts: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'When the next attempt is due, in seconds since the epoch; null once it is delivered or has failed',
  })
  next_attempt_at: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt failed' })
  last_error: string | null;

  @ApiProperty({ type: 'integer', description: 'When the session ended, seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seconds since the epoch' })
  delivered_at: number | null;
}

export class LogoutDeliveriesPageDto extends PageOf(LogoutDeliveryDto) {}

/** What the admin API shows of a delivery. */
export function toLogoutDeliveryDto(delivery: Delivery): LogoutDeliveryDto {
  return {
    id: delivery.id,
    // A logout request always has all three; other kinds of deliveries need not.
    session_id: delivery.sessionId ?? '',
    user_id: delivery.userId ?? '',
    client_id: delivery.clientId ?? '',
    state: delivery.state,
    attempts: delivery.attempts,
    next_attempt_at: delivery.dueAt,
    last_error: delivery.lastProblem,
    created_at: delivery.createdAt,
    delivered_at: delivery.deliveredAt,
  };
}
