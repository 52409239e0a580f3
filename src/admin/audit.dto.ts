import { ApiProperty } from '@nestjs/swagger';
import { type AuditEventName, auditEventNames, auditEvents } from '../audit/events.js';
import { shownEvent } from '../audit/shown-event.js';
import type { AuditDetail, AuditEvent } from '../persistence/entities/audit-event.entity.js';
import { ChoiceField, ClientIdQuery, maxIdLength, TextField, UserIdQuery } from '../resource/fields.js';
import { PageOf, TimedPageQuery } from '../resource/paging.dto.js';

const eventMeanings = auditEventNames.map((name) => `- \`${name}\`: ${auditEvents[name].means}`).join('\n');

/** Filters for the list of events. */
export class AuditQuery extends TimedPageQuery {
  @UserIdQuery('Only events about this user')
  user_id?: string;

  @ClientIdQuery('Only events about this client')
  client_id?: string;

  @TextField({ optional: true, maxLength: maxIdLength, description: 'Only events about this grant' })
  grant_id?: string;

  @TextField({
    optional: true,
    maxLength: 255,
    description:
      'Only events that this actor caused: `user:<id>`, `client:<client_id>` or a part of the service',
  })
  actor?: string;

  @TextField({ optional: true, maxLength: 45, description: 'Only events from this network address' })
  address?: string;

  @ChoiceField({ optional: true, values: auditEventNames, description: 'Only events with this name' })
  event?: AuditEventName;
}

/** An event of the audit trail. */
export class AuditEventDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  at: number;

  @ApiProperty({ enum: auditEventNames, description: eventMeanings })
  event: string;

  @ApiProperty({
    example: 'client:message-writer',
    description: 'Who did it: `user:<id>`, `client:<client_id>`, or a part of the service',
  })
  actor: string;

  @ApiProperty({ type: String, nullable: true, description: 'The user concerned' })
  user_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The client concerned' })
  client_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The grant concerned' })
  grant_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The network address of the request' })
  address: string | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: { changes: { administrator: { from: false, to: true } } },
    description:
      'Details of the event. For an update, `changes` has each changed member with its value before (`from`) and after (`to`); values of deleted users are erased',
  })
  detail: AuditDetail | null;
}

export class AuditPageDto extends PageOf(AuditEventDto) {}

/** An event in the form of the admin API. */
export const toAuditEventDto = (event: AuditEvent): AuditEventDto => shownEvent(event);
