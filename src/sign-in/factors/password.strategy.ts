import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { Changes } from '../../audit/changes.js';
import { PasswordHasher } from '../../crypto/password.js';
import { addressOf } from '../../http/network.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { KnownDevices } from '../../sessions/known-devices.js';
import { SignInThrottle } from '../sign-in-throttle.js';

/** How an attempt to sign in ended. */
export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly user: User }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfter: number };

/** Longer than any password of a person; argon2 need not read a megabyte. */
const longestPassword = 1_024;

/** Username and password, through passport-local. An unknown user costs as much as a wrong password and is told the same. */
@Injectable()
export class PasswordStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(
    private readonly users: UsersStore,
    private readonly hasher: PasswordHasher,
    private readonly throttle: SignInThrottle,
    private readonly devices: KnownDevices,
    private readonly changes: Changes,
  ) {
    super({ passReqToCallback: true, session: false });
  }

  async validate(request: FastifyRequest, username: string, password: string): Promise<SignInOutcome> {
    const user = username.length <= 255 ? await this.users.findByUsername(username) : null;
    const attempt = {
      username,
      address: addressOf(request),
      knownDevice: await this.devices.find(request, user?.id),
    };
    const retryAfter = await this.throttle.enter(attempt);
    if (retryAfter !== undefined) return { kind: 'throttled', retryAfter };

    const stored = user && !user.disabledAt ? await this.users.passwordHash(user.id) : undefined;
    const matches = await this.hasher.verify(stored, password.slice(0, longestPassword));
    if (!user || !matches || password.length > longestPassword) {
      await this.recordFailure(user, attempt.address);
      return { kind: 'refused' };
    }
    await this.throttle.succeed(attempt);
    return { kind: 'signed-in', user };
  }

  private async recordFailure(user: User | null, address: string): Promise<void> {
    const actor = user ? `user:${user.id}` : 'unknown';
    await this.changes.note({ event: 'sign_in.failed', actor, userId: user?.id ?? null, address });
  }
}
