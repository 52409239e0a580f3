import { Injectable } from '@nestjs/common';
import type { User } from '../../../persistence/entities/user.entity.js';
import { UsersStore } from '../../../persistence/stores/users.store.js';
import type { FactorOutcome, UnlinkedOutcome } from '../../factors/factor.js';
import { maySignIn } from '../../people.js';
import type { LoadedUpstream } from '../definition.js';
import { missingClaim, personOf } from '../mapping.js';
import { UpstreamRefusal } from '../protocols/protocol.js';
import { DirectoryGroups } from './directory-groups.js';
import type { DirectoryPerson } from './ldap-directory.js';
import { UpstreamPeople } from '../upstream-people.js';

/** Goes on with somebody whose password a directory has found right. */
@Injectable()
export class DirectoryArrival {
  constructor(
    private readonly upstreamPeople: UpstreamPeople,
    private readonly users: UsersStore,
    private readonly groups: DirectoryGroups,
  ) {}

  /**
   * @param known the account as it was before the password was checked: what has changed since counts as changed after the proof
   * @throws UpstreamRefusal, UpstreamAwayError, BusyError
   */
  async receive(
    upstream: LoadedUpstream,
    found: DirectoryPerson,
    known: User | null,
    address: string,
  ): Promise<FactorOutcome | UnlinkedOutcome> {
    const { answer } = found;
    const missing = missingClaim(upstream, answer);
    if (missing !== undefined)
      throw new UpstreamRefusal('not_admitted', `the attribute ${missing} is missing, or has another value`);
    const person = personOf(upstream, { ...answer, groups: await this.groups.namesFor(upstream, found) });
    const userId = await this.upstreamPeople.resolve(upstream, person, address);
    if (userId === undefined) return { kind: 'unlinked', upstream, person };
    const user = await this.users.find(userId);
    if (!user || !maySignIn(user))
      throw new UpstreamRefusal('disabled', `the user ${userId} may not sign in`);
    const { credentialsVersion } = known?.id === userId ? known : user;
    const { username } = user;
    return { kind: 'proven', user: { userId, credentialsVersion }, username, methods: ['fed', 'pwd'] };
  }
}
