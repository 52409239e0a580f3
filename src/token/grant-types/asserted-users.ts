import { Injectable } from '@nestjs/common';
import type { VerifiedAssertion } from '../../clients/trusted-issuers/bearer-assertions.js';
import { AssertionRefused } from '../../clients/trusted-issuers/bearer-assertions.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import { emailKey, UsersStore } from '../../persistence/stores/users.store.js';
import { rolesOf } from '../../resource/rights.js';
import { isOfDomain } from '../../sign-in/upstream/mapping.js';

/** Finds the user whom an assertion is about. Nobody is created, and nobody is linked. */
@Injectable()
export class AssertedUsers {
  constructor(
    private readonly users: UsersStore,
    private readonly upstreams: UpstreamsStore,
    private readonly identities: IdentitiesStore,
  ) {}

  /**
   * By the ways that the issuer's policy has, in this order: the linked identity, the verified address of a trusted domain, the username.
   * The last two never find somebody who administers, as at a sign-in by an upstream.
   * @throws AssertionRefused
   */
  async find(assertion: VerifiedAssertion): Promise<User> {
    const { issuer, claims } = assertion;
    // "iss", "tenant" and "sub" identify somebody together: another tenant's sub is another person.
    if (claims['tenant'] !== undefined && !Object.hasOwn(issuer.claims, 'tenant'))
      throw new AssertionRefused('the policy names no tenant, and the assertion is of one');
    const linked = await this.linked(assertion);
    const user = linked ?? (await this.byEmail(assertion)) ?? (await this.byUsername(assertion));
    if (!user) throw new AssertionRefused(`no user is linked to sub ${assertion.subject.slice(0, 200)}`);
    if (!linked && rolesOf(user).length > 0)
      throw new AssertionRefused(`the user ${user.id} administers, and is not linked to sub`);
    if (user.disabledAt !== null) throw new AssertionRefused(`the user ${user.id} is disabled`);
    return user;
  }

  private async linked({ issuer, subject }: VerifiedAssertion): Promise<User | null> {
    if (issuer.upstream === undefined) return null;
    const upstream = await this.upstreams.find(issuer.upstream);
    if (!upstream?.enabled) throw new AssertionRefused(`the upstream ${issuer.upstream} is not enabled`);
    const identity = await this.identities.find(upstream.id, lookupHash(subject));
    return identity && this.users.find(identity.userId);
  }

  private async byEmail({ issuer, claims }: VerifiedAssertion): Promise<User | null> {
    const { email } = claims;
    if (typeof email !== 'string' || claims['email_verified'] !== true) return null;
    if (!isOfDomain(email, issuer.trusted_email_domains)) return null;
    const user = await this.users.findByVerifiedEmail(emailKey(email));
    const links = user && issuer.upstream !== undefined ? await this.identities.of(user.id) : [];
    // An address may have been given to somebody else since.
    if (links.some(({ alias }) => alias === issuer.upstream))
      throw new AssertionRefused('the user with the address is linked under another sub');
    return user;
  }

  private async byUsername({ issuer, claims }: VerifiedAssertion): Promise<User | null> {
    const username = issuer.username_claim === undefined ? undefined : claims[issuer.username_claim];
    return typeof username === 'string' && username !== '' && username.length <= maxUsernameLength
      ? this.users.findByUsername(username)
      : null;
  }
}

const maxUsernameLength = 255;
