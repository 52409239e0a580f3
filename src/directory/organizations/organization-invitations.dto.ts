import { ApiProperty } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import { languages } from '../../locales/languages.js';
import type { OrganizationInvitation } from '../../persistence/entities/organization-invitation.entity.js';
import { HasLength } from '../../resource/field-checks.js';
import { ChoiceField, Field, QueryFlagField, TextField } from '../../resource/fields.js';
import { PageOf, TimedPageQuery } from '../../resource/paging.dto.js';
import type { NewInvitation } from './organization-invitations.js';
import { RoleNamesField } from './organizations.dto.js';

const maxAddressLength = 320;
const states = ['pending', 'accepted', 'declined', 'withdrawn', 'replaced', 'expired'] as const;
type State = (typeof states)[number];

/** Somebody to be invited into an organization. */
export class InviteIntoOrganizationDto implements NewInvitation {
  @Field(
    { type: 'string', format: 'email', minLength: 3, maxLength: maxAddressLength },
    [HasLength(3, maxAddressLength), IsEmail({ require_tld: false })],
    { example: 'new.member@example.com', description: 'Where the invitation is mailed to' },
  )
  email: string;

  @RoleNamesField({
    default: [],
    example: ['member'],
    description: 'The roles that the invitation gives, out of the roles of the organization',
  })
  roles: string[] = [];

  @ChoiceField({
    optional: true,
    values: languages.map(({ tag }) => tag),
    example: 'de',
    description:
      'The language of the mail, for an address without an account; the default language if omitted',
  })
  language?: string;
}

/** Filter for the list of invitations. */
export class OrganizationInvitationsQuery extends TimedPageQuery {
  @TextField({
    optional: true,
    maxLength: maxAddressLength,
    description: 'Only invitations of this e-mail address',
  })
  email?: string;

  @QueryFlagField({
    default: false,
    description: 'Also those that have ended, which are kept until they would have expired',
  })
  include_ended: boolean = false;
}

/** An invitation into an organization. */
export class OrganizationInvitationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'new.member@example.com' })
  email: string;

  @ApiProperty({ type: [String], example: ['member'] })
  roles: string[];

  @ApiProperty({
    enum: states,
    description: '`replaced`: a newer invitation went to the same address',
  })
  state: State;

  @ApiProperty({ example: 'user:0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00', description: 'Who invited' })
  invited_by: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The user who accepted it, or declined it while signed in',
  })
  user_id: string | null;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  expires_at: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'When it was answered or withdrawn, in seconds since the epoch',
  })
  ended_at: number | null;
}

export class OrganizationInvitationPageDto extends PageOf(OrganizationInvitationDto) {}

/** An invitation in the form of the admin API. */
export const toOrganizationInvitationDto = (
  { id, email, roles, outcome, invitedBy, userId, createdAt, expiresAt, endedAt }: OrganizationInvitation,
  now: number,
): OrganizationInvitationDto => ({
  id,
  email,
  roles,
  state: outcome ?? (expiresAt > now ? 'pending' : 'expired'),
  invited_by: invitedBy,
  user_id: userId,
  created_at: createdAt,
  expires_at: expiresAt,
  ended_at: endedAt,
});
