import { Injectable } from '@nestjs/common';
import { lookupHash } from '../../../crypto/opaque-token.js';
import type { Identity } from '../../../persistence/entities/identity.entity.js';
import { IdentitiesStore } from '../../../persistence/stores/identities.store.js';
import type { LoadedUpstream } from '../definition.js';
import { comparableName } from './distinguished-name.js';
import { type DirectoryPerson, LdapDirectory } from './ldap-directory.js';

/** Somebody in a directory, and what links them to a user here. */
export interface KnownPerson {
  readonly person: DirectoryPerson;
  readonly identity: Identity | null;
}

/** Knows people of directories again. */
@Injectable()
export class DirectoryIdentities {
  constructor(
    private readonly identities: IdentitiesStore,
    private readonly directory: LdapDirectory,
  ) {}

  /**
   * Finds what links somebody. A subject that differs in case alone is theirs if the directory finds the same entry by it: most attributes
   * are compared whatever their case, but in some directories two spellings are two people.
   * @returns the person with the subject under which they are linked
   * @throws UpstreamAwayError, BusyError
   */
  async find(upstream: LoadedUpstream, person: DirectoryPerson): Promise<KnownPerson> {
    const { subject } = person.answer;
    const identity = await this.identities.find(upstream.id, lookupHash(subject));
    if (identity) return { person, identity };
    const spellings = await this.identities.inOtherCase(upstream.id, subject);
    for (const other of spellings) {
      const found = (await this.directory.findSubjects(upstream, [other.subject])).get(other.subject);
      if (found && comparableName(found.dn) === comparableName(person.dn))
        return {
          person: { ...person, answer: { ...person.answer, subject: other.subject } },
          identity: other,
        };
    }
    return { person, identity: null };
  }
}
