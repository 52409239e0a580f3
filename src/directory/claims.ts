import { Injectable } from '@nestjs/common';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import { type EffectiveRole, MembershipsStore } from '../persistence/stores/memberships.store.js';
import { AffiliationsStore } from '../persistence/stores/affiliations.store.js';
import { type UserClaimsSource, UsersStore } from '../persistence/stores/users.store.js';
import { type ClaimContext, type ClaimPlace, type ClaimRule, putClaim } from '../protocol/claim-rules.js';
import { parseClaimsRequest, satisfies } from '../protocol/claims-request.js';
import { selectClaims } from '../protocol/claims.js';
import { ClaimRuleCatalogue } from './claim-rule-catalogue.js';
import { claimReader } from './profile-claims.js';

type Claims = Record<string, unknown>;

/** For whom something is issued. */
export interface ClaimSubject extends ClaimContext {
  readonly userId: string;
  /** The organization for which the person gave the grant; null if for none. */
  readonly organizationId: string | null;
}

/** What the claims of an ID token follow from. */
export interface IdTokenSubject extends ClaimSubject {
  /** The `claims` parameter of the authorization request. */
  readonly requested: string | null;
  /** The claims that the client is registered to have in the ID token: all, some, or none. */
  readonly registered: boolean | readonly string[];
  /** Whether the response contains neither an access token nor a code. Then the ID token has all granted claims (OIDC Core §5.4). */
  readonly alone: boolean;
}

/** The one place that says which claims about a person a token, userinfo and introspection hold. */
@Injectable()
export class PersonClaims {
  constructor(
    private readonly rules: ClaimRuleCatalogue,
    private readonly memberships: MembershipsStore,
    private readonly attributes: AttributesStore,
    private readonly affiliations: AffiliationsStore,
    private readonly users: UsersStore,
  ) {}

  /**
   * The claims of an ID token about the resource owner: those that the `claims` parameter requests for it (OIDC Core §5.5) or that the client
   * is registered for, if the granted scopes include them and the values match, and those of the rules. Userinfo has the other claims (§5.4).
   */
  async inIdToken(subject: IdTokenSubject): Promise<Claims> {
    const rules = await this.rules.holding('id_token', subject);
    const { userId, scopes, requested, registered, alone } = subject;
    const hasAll = alone || registered === true;
    const { idToken } = parseClaimsRequest(requested ?? undefined);
    const hasSome = hasAll || registered !== false || idToken.size > 0;
    const organization = await this.ofOrganization(subject);
    if (!hasSome && rules.length === 0) return organization;
    const user = hasSome || needsProfile(rules) ? await this.users.findActive(userId) : undefined;
    const granted = hasSome && user ? selectClaims(claimReader(user), scopes) : {};
    const claims = Object.fromEntries(
      Object.entries(granted).filter(([name, value]) => {
        const request = idToken.get(name);
        const isIncluded =
          hasAll || request !== undefined || (Array.isArray(registered) && registered.includes(name));
        return isIncluded && satisfies(request, value);
      }),
    );
    return this.add({ ...claims, ...organization }, rules, subject, user);
  }

  /** The claims at userinfo: those of the granted scopes (OIDC Core §5.4), and those of the rules. */
  async inUserinfo(user: UserClaimsSource, context: Omit<ClaimSubject, 'userId'>): Promise<Claims> {
    const subject = { ...context, userId: user.id };
    const claims = {
      ...selectClaims(claimReader(user), context.scopes),
      ...(await this.ofOrganization(subject)),
    };
    const rules = await this.rules.holding('userinfo', context);
    return rules.length === 0 ? claims : this.add(claims, rules, subject, user);
  }

  /** The claims of an access token, or of what introspection says of one, about the resource owner. */
  async ofAccess(
    place: Extract<ClaimPlace, 'access_token' | 'introspection'>,
    subject: ClaimSubject,
  ): Promise<Claims> {
    const rules = await this.rules.holding(place, subject);
    const claims = await this.ofOrganization(subject);
    if (rules.length === 0) return claims;
    const user = needsProfile(rules) ? await this.users.findActive(subject.userId) : undefined;
    return this.add(claims, rules, subject, user);
  }

  /** The organization, with the roles that the person has in it now; none if they do not belong to it any more. */
  private async ofOrganization({ organizationId, userId }: ClaimSubject): Promise<Claims> {
    if (organizationId === null) return {};
    const affiliation = await this.affiliations.affiliation(organizationId, userId);
    return affiliation
      ? { org_id: affiliation.id, org_name: affiliation.name, org_roles: [...affiliation.roles] }
      : {};
  }

  /** @param user undefined if no rule needs it, or there is none who may sign in */
  private async add(
    claims: Claims,
    rules: readonly ClaimRule[],
    { userId, clientId, audience = [] }: ClaimSubject,
    user: UserClaimsSource | undefined,
  ): Promise<Claims> {
    const isOfDirectory = rules.some(({ source }) => source === 'groups' || source === 'roles');
    const memberships = isOfDirectory ? await this.memberships.of(userId) : undefined;
    const hasAttributes = rules.some(({ source }) => source === 'attribute');
    const attributes = hasAttributes ? await this.attributes.valuesOf(userId) : undefined;
    const read = user && claimReader(user);
    for (const { claim, source, member, fixedValue } of rules)
      switch (source) {
        case 'constant':
          putClaim(claims, claim, fixedValue);
          break;
        case 'attribute':
          putClaim(claims, claim, attributes?.get(member ?? ''));
          break;
        case 'groups':
          putClaim(
            claims,
            claim,
            memberships?.groups.map(({ name }) => name),
          );
          break;
        case 'roles':
          putClaim(claims, claim, namesOf(memberships?.roles ?? [], clientId, audience));
          break;
        default:
          putClaim(claims, claim, member === 'username' ? user?.username : read?.(member ?? ''));
      }
    return claims;
  }
}

const needsProfile = (rules: readonly ClaimRule[]): boolean =>
  rules.some(({ source }) => source === 'profile');

/** The roles of the service, of the client, and of the resources that the token is for, each name once. */
function namesOf(roles: readonly EffectiveRole[], clientId: string, audience: readonly string[]): string[] {
  const known = roles.filter(
    ({ ownerKind, ownerId, resource }) =>
      ownerKind === 'service' ||
      (ownerKind === 'client' ? ownerId === clientId : resource !== null && audience.includes(resource)),
  );
  return [...new Set(known.map(({ name }) => name))];
}
