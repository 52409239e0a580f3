import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThan } from 'typeorm';
import { Credential } from '../entities/credential.entity.js';
import { User } from '../entities/user.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { type Page, type PageRequest, toPage } from '../page.js';

/** A user without what concerns signing in. */
export type UserClaimsSource = Omit<User, 'usernameKey' | 'administrator' | 'disabledAt' | 'createdAt'>;

type UserRow = Omit<UserClaimsSource, 'emailVerified' | 'phoneNumberVerified' | 'address'> & {
  readonly emailVerified: number;
  readonly phoneNumberVerified: number;
  readonly address: string | null;
};

@Injectable()
export class UsersStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<User | null> {
    return this.database.read.findOneBy(User, { id });
  }

  async findByUsername(username: string): Promise<User | null> {
    return this.database.read.findOneBy(User, { usernameKey: usernameKey(username) });
  }

  /** What claims are made of, when the user may still sign in; read plainly, since every userinfo request does. */
  async findActive(id: string): Promise<UserClaimsSource | undefined> {
    const [row] = await this.database.query<UserRow>(
      `SELECT id, username, updated_at AS updatedAt, name, given_name AS givenName, family_name AS familyName,
              middle_name AS middleName, nickname, profile, picture, website, email, email_verified AS emailVerified,
              gender, birthdate, zoneinfo, locale, phone_number AS phoneNumber,
              phone_number_verified AS phoneNumberVerified, address
         FROM users WHERE id = ? AND disabled_at IS NULL`,
      [id],
    );
    return (
      row && {
        ...row,
        emailVerified: Boolean(row.emailVerified),
        phoneNumberVerified: Boolean(row.phoneNumberVerified),
        address: row.address === null ? null : (JSON.parse(row.address) as Record<string, string>),
      }
    );
  }

  async passwordHash(userId: string): Promise<string | undefined> {
    const credential = await this.database.read.findOneBy(Credential, { userId, kind: 'password' });
    return credential?.hash;
  }

  async list({ after, limit }: PageRequest): Promise<Page<User>> {
    const users = await this.database.read.find(User, {
      where: after ? { id: MoreThan(after) } : {},
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return toPage(users, limit);
  }

  async count(): Promise<number> {
    return this.database.read.count(User);
  }

  async insert(tx: EntityManager, user: User): Promise<void> {
    await tx.insert(User, user);
  }

  async update(tx: EntityManager, id: string, changes: Partial<User>): Promise<boolean> {
    const { affected } = await tx.update(User, { id }, changes);
    return affected === 1;
  }

  async setPassword(tx: EntityManager, userId: string, hash: string, now: number): Promise<void> {
    const { affected } = await tx.update(Credential, { userId, kind: 'password' }, { hash, updatedAt: now });
    if (affected === 0) {
      await tx.insert(Credential, {
        id: newId(),
        userId,
        kind: 'password',
        hash,
        createdAt: now,
        updatedAt: now,
      });
    }
  }
}

/** The form in which usernames are compared: "Alice" and "alice" are one person. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}
