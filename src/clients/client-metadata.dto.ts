import type { Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  clientMemberEntries,
  type ClientMetadata,
  currentNames,
} from '../protocol/client-metadata/members.js';
import { memberChecks } from './member-checks.js';
import { memberDescription } from './member-description.js';

/**
 * A class with a property for each member of client metadata, checked and described as the table of members says. A value under a
 * former name is assigned to the current member before it is checked.
 */
function MembersClass(): Class<Partial<ClientMetadata>> {
  class Members {
    [member: string]: unknown;
  }
  for (const [name, member] of clientMemberEntries) {
    for (const decorate of [ApiProperty(memberDescription(member)), ...memberChecks(member)])
      decorate(Members.prototype, name);
  }
  for (const [formerName, name] of currentNames) {
    Object.defineProperty(Members.prototype, formerName, {
      set(this: Members, value: unknown) {
        this[name] = value;
      },
    });
  }
  return Members as Class<unknown> as Class<Partial<ClientMetadata>>;
}

/** Client metadata with the names of RFC 7591 §2, for registrations and changes. */
export class ClientMetadataDto extends MembersClass() {}
