import { Inject, Injectable, PreconditionFailedException } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Originator } from '../audit/originator.js';
import type { ProfileMember } from '../config/people-settings.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UserAttributes } from '../directory/attributes/user-attributes.js';
import { verbatim } from '../locales/message.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { entityTag } from '../resource/precondition.js';
import { UserAccounts } from '../users/user-accounts.js';
import { toProfile } from '../users/user-profile.js';
import { ProfileDto } from '../users/users.dto.js';
import type { ProfileField, ProfilePage } from '../views/account-page-models.js';
import { OwnAttributes, type TypedAttributes } from './own-attributes.js';
import { shownMembers } from './profile-fields.js';

/** What somebody typed, by the names of the members and of the attributes. */
export interface TypedProfile {
  readonly members: Readonly<Partial<Record<ProfileMember, string>>>;
  readonly attributes: TypedAttributes;
}

const nothingTyped: TypedProfile = { members: {}, attributes: {} };

export type OwnProfileOutcome =
  | { readonly kind: 'changed' }
  /** The account is not in the state any more that the person saw. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'invalid'; readonly members: readonly string[] };

/** The profile of the person who is signed in, as far as `EYRIE_PROFILE_EDITABLE` lets them change it. */
@Injectable()
export class OwnProfile {
  private readonly editable: readonly ProfileMember[];

  constructor(
    private readonly accounts: UserAccounts,
    private readonly identities: IdentitiesStore,
    private readonly attributes: OwnAttributes,
    private readonly userAttributes: UserAttributes,
    @Inject(SETTINGS) { people }: Settings,
  ) {
    this.editable = (Object.keys(shownMembers) as ProfileMember[]).filter((member) =>
      people.profileEditable.includes(member),
    );
  }

  /** The content of the page. @param typed what is shown in place of the stored values, and which of it was refused */
  async contentFor(
    userId: string,
    typed: TypedProfile = nothingTyped,
    wrong: readonly string[] = [],
  ): Promise<Pick<ProfilePage, 'version' | 'members' | 'fixed'>> {
    const user = await this.accounts.require(userId);
    const stored = toProfile(user);
    const editable = await this.editableBy(userId);
    const attributes = await this.attributes.contentFor(userId, typed.attributes, wrong);
    const members = editable.map((name) =>
      fieldOf(name, typed.members[name] ?? stored[name] ?? '', wrong.includes(name)),
    );
    const fixed = (Object.keys(shownMembers) as ProfileMember[]).flatMap((name) => {
      const value = stored[name];
      return value && !editable.includes(name)
        ? [{ label: shownMembers[name].label, value: verbatim(value) }]
        : [];
    });
    return {
      version: entityTag(user),
      members: [...members, ...attributes.members],
      fixed: [...fixed, ...attributes.fixed],
    };
  }

  /** What of a form may be changed. */
  async read(userId: string, form: ReadonlyMap<string, string>): Promise<TypedProfile> {
    const typed = (await this.editableBy(userId)).filter((name) => form.has(name));
    return {
      members: Object.fromEntries(typed.map((name) => [name, form.get(name)?.trim() ?? ''])),
      attributes: await this.attributes.read(userId, form),
    };
  }

  /** What comes from an upstream is changed there. */
  private async editableBy(userId: string): Promise<readonly ProfileMember[]> {
    const owned = await this.identities.membersOwned(userId);
    return this.editable.filter((member) => !owned.includes(member));
  }

  /**
   * Changes the members that were typed. An empty text removes a value.
   * @param version the state of the account that the person saw
   */
  async change(
    userId: string,
    typed: TypedProfile,
    version: string,
    actor: Originator,
  ): Promise<OwnProfileOutcome> {
    const given = Object.entries(typed.members).map(([name, value]) => [name, value === '' ? null : value]);
    const profile = plainToInstance(ProfileDto, Object.fromEntries(given));
    const attributes = await this.attributes.changesOf(userId, typed.attributes);
    const members = [
      ...validateSync(profile).map(({ property }) => property),
      ...this.attributes.wrongFields(attributes),
    ];
    if (members.length > 0) return { kind: 'invalid', members };
    try {
      await this.accounts.update(userId, profile, actor, {
        precondition: [version],
        also: (tx, now) => this.userAttributes.changeWithin(tx, userId, attributes, { actor, now }),
      });
      return { kind: 'changed' };
    } catch (error) {
      if (!(error instanceof PreconditionFailedException)) throw error;
      return { kind: 'outdated' };
    }
  }
}

function fieldOf(name: ProfileMember, value: string, isWrong: boolean): ProfileField {
  const { options, ...shown } = shownMembers[name];
  if (!options) return { name, value, isWrong, ...shown };
  const listed = options();
  const other = listed.some((option) => option.value === value) ? [] : [{ value, label: verbatim(value) }];
  return { name, value, isWrong, ...shown, options: [...listed, ...other] };
}
