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
 * A class whose properties are the members of client metadata, checked and described as the table of members says. What a request
 * gives under a former name becomes the value of the member, before anything is checked.
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
  return Members;
}

/** Client metadata in the names of RFC 7591 §2: what may be chosen of a client, whether it is registered or changed. */
export class ClientMetadataDto extends MembersClass() {}
