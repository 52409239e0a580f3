import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { BackchannelRequest } from '../entities/backchannel-request.entity.js';
import { Client } from '../entities/client.entity.js';
import { Credential } from '../entities/credential.entity.js';
import { ClientManager } from '../entities/client-manager.entity.js';
import { Authenticator } from '../entities/authenticator.entity.js';
import { OrganizationMember } from '../entities/organization-member.entity.js';
import { OrganizationInvitation } from '../entities/organization-invitation.entity.js';
import { OrganizationMemberRole } from '../entities/organization-member-role.entity.js';
import { Passkey } from '../entities/passkey.entity.js';
import { RecoveryCode } from '../entities/recovery-code.entity.js';
import { Identity } from '../entities/identity.entity.js';
import { EmailCode } from '../entities/email-code.entity.js';
import { GroupMember } from '../entities/group-member.entity.js';
import { ScimProfile } from '../entities/scim-profile.entity.js';
import { ScimUserId } from '../entities/scim-user-id.entity.js';
import { MailedLink } from '../entities/mailed-link.entity.js';
import { TokenUse } from '../entities/token-use.entity.js';
import { UserAttribute } from '../entities/user-attribute.entity.js';
import { UserRole } from '../entities/user-role.entity.js';
import { User } from '../entities/user.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import type { RowOf } from '../naming.js';
import { marks } from '../sql.js';
import { addSearch, type Page, type PageRequest, readLongPage } from '../page.js';

/** A user without what concerns signing in. */
export type UserClaimsSource = Omit<
  User,
  | 'usernameKey'
  | 'emailKey'
  | 'verifiedEmailKey'
  | 'administrator'
  | 'adminRoles'
  | 'version'
  | 'credentialsVersion'
  | 'passwordChangeRequired'
  | 'firstSignedInAt'
  | 'devicesForgottenAt'
  | 'disabledAt'
  | 'deletionDueAt'
  | 'createdAt'
>;

/** What decisions about a user depend on. */
export type HeldUser = Pick<
  User,
  | 'id'
  | 'version'
  | 'administrator'
  | 'adminRoles'
  | 'disabledAt'
  | 'deletionDueAt'
  | 'credentialsVersion'
  | 'email'
  | 'emailVerified'
  | 'phoneNumber'
  | 'phoneNumberVerified'
  | 'locale'
  | 'firstSignedInAt'
>;

/** A password to be stored. */
export interface NewPassword {
  readonly hash: string;
  /** The user must choose another one at the next sign-in. */
  readonly changeRequired: boolean;
}

/** Which users are listed. */
export interface UserFilter {
  readonly username?: string | undefined;
  /** What their username, name or e-mail address contains. */
  readonly search?: string | undefined;
}

/** {@link UserClaimsSource} as the database gives it. */
export type UserRow = RowOf<Omit<UserClaimsSource, 'address'>> & { readonly address: string | null };

/** The columns of a {@link UserRow}, of a table or join named `u`. */
export const userColumns = `u.id, u.username, u.updated_at, u.name, u.given_name, u.family_name, u.middle_name, u.nickname, u.profile,
  u.picture, u.website, u.email, u.email_verified, u.gender, u.birthdate, u.zoneinfo, u.locale, u.phone_number,
  u.phone_number_verified, u.address`;

const selectActive = `SELECT ${userColumns} FROM users u WHERE u.id = ? AND u.disabled_at IS NULL`;

export function fromUserRow(row: UserRow): UserClaimsSource {
  return {
    id: row.id,
    username: row.username,
    updatedAt: row.updated_at,
    name: row.name,
    givenName: row.given_name,
    familyName: row.family_name,
    middleName: row.middle_name,
    nickname: row.nickname,
    profile: row.profile,
    picture: row.picture,
    website: row.website,
    email: row.email,
    emailVerified: Boolean(row.email_verified),
    gender: row.gender,
    birthdate: row.birthdate,
    zoneinfo: row.zoneinfo,
    locale: row.locale,
    phoneNumber: row.phone_number,
    phoneNumberVerified: Boolean(row.phone_number_verified),
    address: row.address === null ? null : (JSON.parse(row.address) as Record<string, string>),
  };
}

@Injectable()
export class UsersStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<User | null> {
    return this.database.read.findOneBy(User, { id });
  }

  async findByUsername(username: string): Promise<User | null> {
    return this.database.read.findOneBy(User, { usernameKey: usernameKey(username) });
  }

  /** @param key the address as verified ones are compared */
  async findByVerifiedEmail(key: string, tx: EntityManager = this.database.read): Promise<User | null> {
    return tx.findOneBy(User, { verifiedEmailKey: key });
  }

  /** Those of the users who have one of these usernames, as usernames are compared. */
  async named(tx: EntityManager, keys: readonly string[]): Promise<User[]> {
    return tx.findBy(User, { usernameKey: In([...keys]) });
  }

  /**
   * The user whom somebody names as people do who sign in: by username or, where that may be used, by verified e-mail address.
   * @param withEmail `EYRIE_SIGN_IN_WITH_EMAIL`
   */
  async findBySignInName(name: string, withEmail: boolean): Promise<User | null> {
    const user = await this.findByUsername(name);
    if (user || !withEmail || !name.includes('@')) return user;
    return this.findByVerifiedEmail(emailKey(name.trim()));
  }

  /** The user with this address, verified or not, if there is only one; as it is written, or in lower case. */
  async findOnlyByEmail(email: string): Promise<User | null> {
    const where = { email: In([...new Set([email, email.toLowerCase()])]) };
    const found = await this.database.read.find(User, { where, take: 2 });
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** What claims are made of, when the user may still sign in; read plainly, since every ID token with claims does. */
  async findActive(id: string): Promise<UserClaimsSource | undefined> {
    const row = await this.database.row<UserRow>(selectActive, [id]);
    return row && fromUserRow(row);
  }

  /** The roles of a user; none for one who may not sign in. */
  async rolesOfActive(id: string): Promise<Pick<User, 'administrator' | 'adminRoles'>> {
    const row = await this.database.row<RowOf<Pick<User, 'administrator' | 'adminRoles'>>>(
      'SELECT administrator, admin_roles FROM users WHERE id = ? AND disabled_at IS NULL',
      [id],
    );
    return { administrator: Boolean(row?.administrator), adminRoles: row?.admin_roles ?? null };
  }

  /** The administrators who may sign in, held until the transaction ends, so that one of them stays. Other users are not held. */
  async holdAdministrators(tx: EntityManager): Promise<string[]> {
    const isAdministrator = 'administrator AND disabled_at IS NULL';
    const found = await this.database.rows<Pick<User, 'id'>>(
      tx,
      `SELECT id FROM users WHERE ${isAdministrator}`,
      [],
    );
    if (found.length === 0) return [];
    const ids = found.map(({ id }) => id);
    const held = await this.database.lockedRows<Pick<User, 'id'>>(
      tx,
      `SELECT id FROM users WHERE id IN (${marks(ids)}) AND ${isAdministrator}`,
      ids,
    );
    return held.map(({ id }) => id);
  }

  async passwordHash(userId: string): Promise<string | undefined> {
    const credential = await this.database.read.findOneBy(Credential, { userId, kind: 'password' });
    return credential?.hash;
  }

  /** When the user's passwords were set. */
  async credentialsOf(userId: string): Promise<Pick<Credential, 'createdAt' | 'updatedAt'>[]> {
    return this.database.read.find(Credential, {
      select: { createdAt: true, updatedAt: true },
      where: { userId },
    });
  }

  /** Oldest first. */
  async list({ username, search, ...page }: UserFilter & PageRequest): Promise<Page<User>> {
    const query = this.database.read.createQueryBuilder(User, 'u');
    if (username !== undefined) query.andWhere('u.usernameKey = :key', { key: usernameKey(username) });
    if (search !== undefined)
      addSearch(query, { username_key: usernameKey(search), name: search, email: search });
    return readLongPage(query, page, 'createdAt');
  }

  async count(): Promise<number> {
    return this.database.read.count(User);
  }

  /** Returns false if the id is the client_id of a client: both are subjects of tokens (RFC 9068 §5). */
  async insert(tx: EntityManager, user: User): Promise<boolean> {
    if (await tx.existsBy(Client, { clientId: user.id })) return false;
    await tx.insert(User, user);
    return true;
  }

  async update(tx: EntityManager, id: string, changes: Partial<User>): Promise<boolean> {
    const { affected } = await tx.update(User, { id }, { ...changes, version: () => 'version + 1' });
    return affected === 1;
  }

  /**
   * Holds the row of a user until the transaction ends, so that what is decided about the user now is still so at the commit.
   * @returns undefined if there is no such user
   */
  async hold(tx: EntityManager, id: string): Promise<HeldUser | undefined> {
    const [row] = await this.database.lockedRows<RowOf<HeldUser>>(
      tx,
      `SELECT id, version, administrator, admin_roles, disabled_at, deletion_due_at, credentials_version, email, email_verified, phone_number,
         phone_number_verified, locale, first_signed_in_at FROM users WHERE id = ?`,
      [id],
    );
    return (
      row && {
        id: row.id,
        version: row.version,
        administrator: Boolean(row.administrator),
        adminRoles: row.admin_roles,
        disabledAt: row.disabled_at,
        deletionDueAt: row.deletion_due_at,
        credentialsVersion: row.credentials_version,
        email: row.email,
        emailVerified: Boolean(row.email_verified),
        phoneNumber: row.phone_number,
        phoneNumberVerified: Boolean(row.phone_number_verified),
        locale: row.locale,
        firstSignedInAt: row.first_signed_in_at,
      }
    );
  }

  /** Notes when a user who is held has first signed in. */
  async noteFirstSignIn(tx: EntityManager, id: string, now: number): Promise<void> {
    await this.database.affected(tx, 'UPDATE users SET first_signed_in_at = ? WHERE id = ?', [now, id]);
  }

  /** The whole row of a user that is held. */
  async read(tx: EntityManager, id: string): Promise<User> {
    return tx.findOneByOrFail(User, { id });
  }

  /** Users whose time has come to be deleted, the longest waiting first. */
  async dueForDeletion(now: number, limit: number): Promise<string[]> {
    const due = await this.database.query<Pick<User, 'id'>>(
      `SELECT id FROM users WHERE deletion_due_at IS NOT NULL AND deletion_due_at <= ? ORDER BY deletion_due_at LIMIT ${limit}`,
      [now],
    );
    return due.map(({ id }) => id);
  }

  /** Deletes a user and its factors; what it opened and granted must be ended in the same transaction. */
  async delete(tx: EntityManager, id: string): Promise<void> {
    const user = await tx.findOneBy(User, { id });
    if (user?.verifiedEmailKey) await this.forgetInvitations(tx, user.verifiedEmailKey);
    for (const owned of [
      Credential,
      Authenticator,
      RecoveryCode,
      Passkey,
      Identity,
      MailedLink,
      EmailCode,
      ClientManager,
      GroupMember,
      OrganizationInvitation,
      OrganizationMember,
      OrganizationMemberRole,
      UserRole,
      UserAttribute,
      BackchannelRequest,
      TokenUse,
      ScimProfile,
      ScimUserId,
    ])
      await tx.delete(owned, { userId: id });
    await tx.delete(User, { id });
  }

  /** The invitations of an address into organizations, with their links. */
  private async forgetInvitations(tx: EntityManager, key: string): Promise<void> {
    await this.database.affected(
      tx,
      'DELETE FROM mailed_links WHERE pair_id IN (SELECT id FROM organization_invitations WHERE email_key = ?)',
      [key],
    );
    await tx.delete(OrganizationInvitation, { emailKey: key });
  }

  /**
   * Notes that a factor was added or removed: a sign-in under way, which may have decided without it, begins again.
   * @param version what the change was decided on; undefined if it does not matter
   * @returns false if the credentials have changed since
   */
  async changeCredentials(tx: EntityManager, id: string, version?: number): Promise<boolean> {
    const changed = await this.database.affected(
      tx,
      `UPDATE users SET version = version + 1, credentials_version = credentials_version + 1
        WHERE id = ?${version === undefined ? '' : ' AND credentials_version = ?'}`,
      version === undefined ? [id] : [id, version],
    );
    return changed === 1;
  }

  /** Until when devices were forgotten; null if they never were. */
  async devicesForgottenAt(id: string): Promise<number | null> {
    const row = await this.database.row<RowOf<Pick<User, 'devicesForgottenAt'>>>(
      'SELECT devices_forgotten_at FROM users WHERE id = ?',
      [id],
    );
    return row?.devices_forgotten_at ?? null;
  }

  async forgetDevices(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const changed = await this.database.affected(
      tx,
      'UPDATE users SET devices_forgotten_at = ? WHERE id = ?',
      [now, id],
    );
    return changed === 1;
  }

  /** Replaces the hash of the same password. Does nothing if the password has been changed meanwhile. */
  async rehashPassword(userId: string, from: string, to: string): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        "UPDATE credentials SET hash = ? WHERE user_id = ? AND kind = 'password' AND hash = ?",
        [to, userId, from],
      ),
    );
  }

  /** Stores the password of a user who is new. */
  async insertPassword(tx: EntityManager, userId: string, hash: string, now: number): Promise<void> {
    const times = { createdAt: now, updatedAt: now };
    await tx.insert(Credential, { id: newId(), userId, kind: 'password', hash, ...times });
  }

  async setPassword(
    tx: EntityManager,
    userId: string,
    { hash, changeRequired }: NewPassword,
    now: number,
  ): Promise<void> {
    await this.database.affected(
      tx,
      `UPDATE users SET version = version + 1, credentials_version = credentials_version + 1, password_change_required = ?
       WHERE id = ?`,
      [changeRequired ? 1 : 0, userId],
    );
    const { affected } = await tx.update(Credential, { userId, kind: 'password' }, { hash, updatedAt: now });
    if (affected === 0) await this.insertPassword(tx, userId, hash, now);
  }
}

/** The form in which usernames are compared: "Alice" and "alice " are one person. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').trim().toLowerCase();
}

/** The form in which e-mail addresses are compared: mailboxes do not differ in case in practice. */
export const emailKey = (email: string): string => email.normalize('NFC').toLowerCase();
