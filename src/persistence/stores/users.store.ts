import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThan } from 'typeorm';
import { Credential } from '../entities/credential.entity.js';
import { User } from '../entities/user.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { type Page, type PageRequest, toPage } from '../page.js';

@Injectable()
export class UsersStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<User | null> {
    return this.database.read.findOneBy(User, { id });
  }

  async findByUsername(username: string): Promise<User | null> {
    return this.database.read.findOneBy(User, { usernameKey: usernameKey(username) });
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
