import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { Changes } from '../../audit/changes.js';
import { PasswordHasher } from '../../crypto/password.js';
import { formParameters } from '../../http/forms.js';
import { addressOf } from '../../http/network.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { usernameKey, UsersStore } from '../../persistence/stores/users.store.js';
import { KnownDevices } from '../../sessions/known-devices.js';
import { exceedsMaxPasswordLength } from '../../protocol/password.js';
import type { SignInPage } from '../../views/page-models.js';
import { Views } from '../../views/views.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import type { Factor, FactorOutcome } from './factor.js';

/** What passport-local reads, and the request that it comes from. */
interface PostedPassword {
  readonly request: FastifyRequest;
  readonly body: { readonly username: string | undefined; readonly password: string | undefined };
  /** passport-local also reads the query. It stays empty: a password does not belong in a URL. */
  readonly query: Readonly<Record<string, never>>;
}

const strategyName = 'local';
const maxUsernameLength = 255;

const refused = { kind: 'refused', message: 'The username or the password is wrong.' } as const;

/** Username and password, through passport-local. An unknown user takes as long as a wrong password and gets the same answer. */
@Injectable()
export class PasswordFactor extends PassportStrategy(Strategy, strategyName) implements Factor {
  readonly amr = ['pwd'];

  constructor(
    private readonly users: UsersStore,
    private readonly hasher: PasswordHasher,
    private readonly throttle: SignInThrottle,
    private readonly devices: KnownDevices,
    private readonly changes: Changes,
    private readonly views: Views,
  ) {
    super({ passReqToCallback: true, session: false });
  }

  page(page: SignInPage): string {
    return this.views.render('sign-in', page);
  }

  async check(request: FastifyRequest): Promise<FactorOutcome> {
    const form = formParameters(request);
    return throughPassport({
      request,
      body: { username: form.get('username'), password: form.get('password') },
      query: {},
    });
  }

  /** Called by passport-local with a username and a password that are not empty. */
  async validate({ request }: PostedPassword, username: string, password: string): Promise<FactorOutcome> {
    const isName = usernameKey(username).length <= maxUsernameLength;
    const user = isName ? await this.users.findByUsername(username) : null;
    const attempt = {
      username,
      address: addressOf(request),
      knownDevice: await this.devices.find(request, user?.id),
    };
    const retryAfterSeconds = await this.throttle.enter(attempt);
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };

    const stored = user && !user.disabledAt ? await this.users.passwordHash(user.id) : undefined;
    const isTooLong = exceedsMaxPasswordLength(password);
    const match = await this.hasher.compare(stored, isTooLong ? '' : password);
    if (!user || match === 'wrong' || isTooLong) {
      await this.recordFailure(user, attempt.address);
      return refused;
    }
    await this.throttle.succeed(attempt);
    if (match === 'outdated' && stored !== undefined)
      await this.users.rehashPassword(user.id, stored, await this.hasher.hash(password));
    return { kind: 'proven', user: { userId: user.id, credentialsVersion: user.credentialsVersion } };
  }

  private async recordFailure(user: User | null, address: string): Promise<void> {
    const actor = user ? `user:${user.id}` : 'unknown';
    await this.changes.note({ event: 'sign_in.failed', actor, userId: user?.id ?? null, address });
  }
}

/** Runs passport-local, which has no outcome if a field is empty. */
function throughPassport(posted: PostedPassword): Promise<FactorOutcome> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | null, outcome?: FactorOutcome | false): void =>
      error ? reject(error) : resolve(outcome || refused);
    const handler = passport.authenticate(strategyName, { session: false }, settle) as (
      request: PostedPassword,
      reply: undefined,
      next: (error: Error) => void,
    ) => void;
    handler(posted, undefined, reject);
  });
}
