import { Injectable } from '@nestjs/common';
import { DirectorySyncStore, type SyncedIdentity } from '../../../persistence/stores/directory-sync.store.js';
import type { LoadedUpstream } from '../definition.js';
import { type DirectoryPerson, LdapDirectory } from './ldap-directory.js';
import { verdictOn } from './sync-verdict.js';

/** The other entries of users who are linked to several of one directory: one that was made anew, or the account of a second role. */
@Injectable()
export class OtherEntries {
  constructor(
    private readonly store: DirectorySyncStore,
    private readonly directory: LdapDirectory,
  ) {}

  /** Those that let the user in. */
  async activeOf(upstream: LoadedUpstream, identity: SyncedIdentity): Promise<DirectoryPerson[]> {
    const subjects = await this.store.otherSubjects(upstream.id, identity);
    if (subjects.length === 0) return [];
    const found = await this.directory.findSubjects(upstream, subjects);
    return [...found.values()].filter((entry) => verdictOn(upstream, entry).kind === 'active');
  }
}
