import { OmitType } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import { HasLength } from '../resource/field-checks.js';
import { Field } from '../resource/fields.js';
import { CreateUserDto } from './users.dto.js';

/** A user who is invited by mail. */
export class InviteUserDto extends OmitType(CreateUserDto, [
  'password',
  'password_change_required',
  'email',
] as const) {
  @Field(
    { type: 'string', format: 'email', minLength: 3, maxLength: 320 },
    [HasLength(3, 320), IsEmail({ require_tld: false })],
    { example: 'new.user@example.com', description: 'Where the invitation is mailed to' },
  )
  email: string;
}
