import { IntersectionType, OmitType } from '@nestjs/swagger';
import { GroupNamesField, type RoleReference, RoleReferencesField } from '../../directory/role-reference.js';
import { FlagField } from '../../resource/fields.js';
import { PasswordHashField } from '../user-fields.js';
import { CreateUserDto } from '../users.dto.js';

/** A role with its owner, where a name alone does not do. */
const roleReferenceSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    client_id: { type: 'string' },
    resource: { type: 'string' },
  },
  required: ['name'],
  additionalProperties: false,
};

/** What a row has beside the members of a new user. */
class RowMembers {
  @PasswordHashField(
    'The hash of a password: argon2, PBKDF2 or scrypt (PHC string format), or bcrypt. Set when the user is created; replaced by argon2id at the next sign-in if it is another kind, or weaker. Without one, the user has no password',
  )
  password_hash?: string;

  @FlagField({ optional: true, description: 'Whether the user may not sign in' })
  disabled?: boolean;

  @GroupNamesField(
    'The names of all groups that the user is a member of itself; unchanged if omitted. Needs the scope `eyrie.groups` too',
  )
  groups?: string[];

  @RoleReferencesField(
    'All roles that the user is given, besides those of groups; unchanged if omitted. Needs the scope `eyrie.roles` too',
    roleReferenceSchema,
  )
  roles?: RoleReference[];
}

/** A user as a row of an imported or exported file. */
export class ImportedUserDto extends IntersectionType(OmitType(CreateUserDto, ['password']), RowMembers) {}
