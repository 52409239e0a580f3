import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { badRequest } from '../protocol/scim/scim-error.js';
import { UpdateUserDto } from '../users/users.dto.js';
import type { UserType } from '../persistence/stores/scim-search.store.js';
import { attributeChanges, requireAttributeChanges } from './attribute-changes.js';
import type { UserMembers } from './user-resource.js';

/** The attributes whose values the account checks, by the names of the admin API. */
const attributes: Readonly<Record<string, string>> = {
  username: 'userName',
  name: 'displayName',
  given_name: 'name.givenName',
  family_name: 'name.familyName',
  middle_name: 'name.middleName',
  nickname: 'nickName',
  profile: 'profileUrl',
  zoneinfo: 'timezone',
  email: 'emails',
  phone_number: 'phoneNumbers',
};

/** The most characters that are kept of multi-valued attributes, as JSON. */
const maxListsLength = 16_000;

/** Checks what is to be stored by the rules of the admin API. */
@Injectable()
export class UserCheck {
  /**
   * @param before what is stored, which is not checked again: it may be older than a rule
   * @throws ScimError 400 invalidValue
   */
  async require(
    type: UserType,
    { username, profile, kept, attributes: values }: UserMembers,
    before?: UserMembers,
  ): Promise<void> {
    const stored: Readonly<Record<string, unknown>> = before
      ? { username: before.username, ...before.profile }
      : {};
    const given = Object.entries({ username, ...profile }).filter(([name, value]) => stored[name] !== value);
    const [fault] = await validate(plainToInstance(UpdateUserDto, Object.fromEntries(given)));
    if (fault) {
      const name = attributes[fault.property] ?? fault.property;
      const [reason = 'is invalid'] = Object.values(fault.constraints ?? {});
      throw badRequest('invalidValue', `${name}: ${reason.replace(fault.property, 'the value')}`);
    }
    if (JSON.stringify(kept.lists).length > maxListsLength)
      throw badRequest('invalidValue', 'the multi-valued attributes are too long');
    requireAttributeChanges(type, attributeChanges(before?.attributes ?? {}, values));
  }
}
