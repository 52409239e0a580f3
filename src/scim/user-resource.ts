import { isLocale, isTimeZone } from 'class-validator';
import type { ScimProfile } from '../persistence/entities/scim-profile.entity.js';
import type { Membership, ProvisionedUser } from '../persistence/stores/scim-search.store.js';
import type { AttributeValues } from '../protocol/attributes.js';
import { attributesSchema } from '../protocol/scim/attributes-extension.js';
import { enterpriseSchema, userSchema } from '../protocol/scim/user-type.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import { entityTag } from '../resource/precondition.js';
import type { Profile } from '../users/user-profile.js';

type Value = Readonly<Record<string, unknown>>;
/** What is kept of a user beside the account. */
export type KeptMembers = Omit<ScimProfile, 'userId'>;

/** A user with the values of the attributes that are defined, by their names. */
export interface FoundUser extends ProvisionedUser {
  readonly attributes: AttributeValues;
}

/** A resource as the account, what is kept beside it, and what the provisioning client calls it. */
export interface UserMembers {
  readonly username: string;
  readonly disabled: boolean;
  readonly profile: Profile;
  readonly kept: KeptMembers;
  readonly externalId: string | null;
  /** By the names of the attributes that are defined. */
  readonly attributes: AttributeValues;
}

/** Multi-valued attributes that are only kept. */
const keptLists = ['photos', 'addresses', 'entitlements', 'roles'] as const;

/** What a phone number of an account looks like. */
const phoneForm = /^\+?[\d ().;=a-z-]{3,31}$/;

const isoTime = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Without members that have no value. */
function filled(members: Readonly<Record<string, unknown>>): Resource | undefined {
  const entries = Object.entries(members).filter(
    ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * A user as SCIM has it (RFC 7643 §4.1).
 * @param base the URL of SCIM
 */
export function toUserResource(
  { user, externalId, kept, attributes }: FoundUser,
  groups: readonly Membership[],
  base: string,
): Resource {
  const { lists } = kept;
  const enterprise = filled({
    employeeNumber: kept.employeeNumber,
    costCenter: kept.costCenter,
    organization: kept.organization,
    division: kept.division,
    department: kept.department,
    manager: kept.manager === null ? undefined : { value: kept.manager },
  });
  return {
    schemas: [
      userSchema,
      ...(enterprise ? [enterpriseSchema] : []),
      ...(Object.keys(attributes).length > 0 ? [attributesSchema] : []),
    ],
    id: user.id,
    ...filled({
      externalId,
      userName: user.username,
      name: filled({
        formatted: kept.formattedName,
        familyName: user.familyName,
        givenName: user.givenName,
        middleName: user.middleName,
        honorificPrefix: kept.honorificPrefix,
        honorificSuffix: kept.honorificSuffix,
      }),
      displayName: user.name,
      nickName: user.nickname,
      profileUrl: user.profile,
      title: kept.title,
      userType: kept.userType,
      preferredLanguage: kept.preferredLanguage,
      locale: kept.locale ?? user.locale,
      timezone: kept.timezone ?? user.zoneinfo,
      active: user.disabledAt === null,
      emails: [
        ...(user.email === null
          ? []
          : [{ ...(lists['email']?.[0] ?? { type: 'work', primary: true }), value: user.email }]),
        ...(lists['emails'] ?? []),
      ],
      phoneNumbers: [
        ...(user.phoneNumber === null
          ? []
          : [{ ...(lists['phoneNumber']?.[0] ?? { type: 'work' }), value: user.phoneNumber }]),
        ...(lists['phoneNumbers'] ?? []),
      ],
      ...Object.fromEntries(keptLists.map((name) => [name, lists[name]])),
      groups: groups.map(({ groupId, groupName }) => ({
        value: groupId,
        $ref: `${base}/Groups/${groupId}`,
        display: groupName,
        type: 'direct',
      })),
      [enterpriseSchema]: enterprise,
      [attributesSchema]: filled(attributes),
    }),
    meta: {
      resourceType: 'User',
      created: isoTime(user.createdAt),
      lastModified: isoTime(user.updatedAt),
      location: `${base}/Users/${user.id}`,
      version: entityTag(user),
    },
  };
}

/** The parts of a resource that are stored. */
export function toUserMembers(resource: Resource): UserMembers {
  const name = (resource['name'] ?? {}) as Value;
  const enterprise = (resource[enterpriseSchema] ?? {}) as Value;
  const emails = accountValueOf(resource['emails'], ['work'], () => true);
  const phones = accountValueOf(resource['phoneNumbers'], ['work', 'mobile'], (value) =>
    phoneForm.test(value),
  );
  // Directories write en_US and en-US.
  const locale = usableOrKept(text(resource['locale'])?.replace('_', '-') ?? null, isUsableLocale);
  const timezone = usableOrKept(text(resource['timezone']), isUsableTimeZone);
  return {
    username: String(resource['userName']),
    disabled: resource['active'] === false,
    externalId: text(resource['externalId']),
    attributes: (resource[attributesSchema] ?? {}) as AttributeValues,
    profile: {
      name: text(resource['displayName']) ?? text(name['formatted']) ?? joinedName(name),
      given_name: text(name['givenName']),
      family_name: text(name['familyName']),
      middle_name: text(name['middleName']),
      nickname: text(resource['nickName']),
      profile: text(resource['profileUrl']),
      locale: locale.usable,
      zoneinfo: timezone.usable,
      email: emails.value,
      phone_number: phones.value,
    },
    kept: {
      formattedName: text(name['formatted']),
      honorificPrefix: text(name['honorificPrefix']),
      honorificSuffix: text(name['honorificSuffix']),
      title: text(resource['title']),
      userType: text(resource['userType']),
      preferredLanguage: text(resource['preferredLanguage']),
      locale: locale.kept,
      timezone: timezone.kept,
      emailType: text(emails.about?.['type']),
      employeeNumber: text(enterprise['employeeNumber']),
      costCenter: text(enterprise['costCenter']),
      organization: text(enterprise['organization']),
      division: text(enterprise['division']),
      department: text(enterprise['department']),
      manager: text((enterprise['manager'] as Value | undefined)?.['value']),
      lists: {
        ...(emails.about ? { email: [emails.about] } : {}),
        ...(emails.others.length > 0 ? { emails: emails.others } : {}),
        ...(phones.about ? { phoneNumber: [phones.about] } : {}),
        ...(phones.others.length > 0 ? { phoneNumbers: phones.others } : {}),
        ...Object.fromEntries(
          keptLists.flatMap((list) =>
            resource[list] === undefined ? [] : [[list, resource[list] as Value[]]],
          ),
        ),
      },
    },
  };
}

/** What the account can have, or what is kept of a value that it cannot have. */
const usableOrKept = (
  value: string | null,
  isUsable: (value: string) => boolean,
): { readonly usable: string | null; readonly kept: string | null } =>
  value !== null && isUsable(value) ? { usable: value, kept: null } : { usable: null, kept: value };

const isUsableLocale = (value: string): boolean => value.length <= 35 && isLocale(value);
const isUsableTimeZone = (value: string): boolean => value.length <= 64 && isTimeZone(value);

const maxNameLength = 255;

/** Cut where a name ends here: nobody sent it as a whole. */
const joinedName = (name: Value): string | null => {
  const parts = [name['givenName'], name['familyName']].filter((part) => typeof part === 'string');
  return Array.from(parts.join(' ')).slice(0, maxNameLength).join('') || null;
};

/** The value that the account has, what else is known of it, and the other values. */
interface AccountValue {
  readonly value: string | null;
  readonly about: Value | undefined;
  readonly others: readonly Value[];
}

/** Of several values, the account has the primary one, or else the first of these types, or else the first. */
function accountValueOf(
  given: unknown,
  types: readonly string[],
  isUsable: (value: string) => boolean,
): AccountValue {
  const values = ((given ?? []) as readonly Value[]).filter((one) => typeof one['value'] === 'string');
  const usable = values.filter((one) => isUsable(String(one['value'])));
  const chosen =
    usable.find((one) => one['primary'] === true) ??
    types
      .map((type) => usable.find((one) => String(one['type']).toLowerCase() === type))
      .find((one) => one !== undefined) ??
    usable[0];
  if (!chosen) return { value: null, about: undefined, others: values };
  const { value, ...about } = chosen;
  return { value: String(value), about, others: values.filter((one) => one !== chosen) };
}
