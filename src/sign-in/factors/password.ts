import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { BusyError } from '../../crypto/busy-error.js';
import { PasswordHasher } from '../../crypto/password.js';
import { formParameters } from '../../http/forms.js';
import { addressOf } from '../../http/network.js';
import { userAgentOf } from '../../http/user-agent.js';
import { usernameKey, UsersStore } from '../../persistence/stores/users.store.js';
import { KnownDevices } from '../../sessions/known-devices.js';
import { exceedsMaxPasswordLength } from '../../protocol/password.js';
import { SignInFailures } from '../sign-in-failures.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import { Metrics } from '../../telemetry/metrics.js';
import { maySignIn } from '../people.js';
import { DirectoryPasswords } from './directory-passwords.js';
import type { Factor, FactorOutcome, UnlinkedOutcome } from './factor.js';
import { message } from '../../locales/message.js';

/** What passport-local reads, and the request that it comes from. */
interface PostedPassword {
  readonly request: FastifyRequest;
  readonly body: { readonly username: string | undefined; readonly password: string | undefined };
  /** passport-local also reads the query. It stays empty: a password does not belong in a URL. */
  readonly query: Readonly<Record<string, never>>;
}

const strategyName = 'local';
/** Characters of a username or an e-mail address. */
const maxNameLength = 320;

const refused = { kind: 'refused', message: message('signIn.wrongPassword') } as const;

/** Username and password, through passport-local. An unknown user takes as long as a wrong password and gets the same answer. */
@Injectable()
export class PasswordFactor extends PassportStrategy(Strategy, strategyName) implements Factor {
  override readonly name = 'password';
  private readonly withEmail: boolean;

  constructor(
    private readonly users: UsersStore,
    private readonly hasher: PasswordHasher,
    private readonly throttle: SignInThrottle,
    private readonly devices: KnownDevices,
    private readonly failures: SignInFailures,
    private readonly metrics: Metrics,
    private readonly directories: DirectoryPasswords,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super({ passReqToCallback: true, session: false });
    this.withEmail = settings.signIn.withEmail === 'on';
  }

  async check(request: FastifyRequest): Promise<FactorOutcome | UnlinkedOutcome> {
    const form = formParameters(request);
    try {
      return await throughPassport({
        request,
        body: { username: form.get('username'), password: form.get('password') },
        query: {},
      });
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  /** Called by passport-local with a username and a password that are not empty. */
  async validate(
    { request }: PostedPassword,
    username: string,
    password: string,
  ): Promise<FactorOutcome | UnlinkedOutcome> {
    const outcome = await this.directories.check(request, username, password);
    if (outcome) return outcome;
    const own = await this.verify(request, username, password);
    if (own.kind === 'refused') await this.directories.pretend(request, username);
    return own;
  }

  /**
   * Checks a password of this server. It asks the throttle, and counts a failure there and in the audit trail.
   * @throws BusyError if too many passwords wait to be compared
   */
  async verify(request: FastifyRequest, username: string, password: string): Promise<FactorOutcome> {
    const isName = usernameKey(username).length <= maxNameLength;
    const user = isName ? await this.users.findBySignInName(username, this.withEmail) : null;
    const attempt = {
      // One account has one count, whichever of its names is typed.
      username: user?.username ?? username,
      address: addressOf(request),
      userAgent: userAgentOf(request),
      knownDevice: await this.devices.find(request, user?.id),
    };
    const closed = await this.throttle.wait(attempt);
    if (closed !== undefined) return { kind: 'throttled', retryAfterSeconds: closed };

    const stored = user && maySignIn(user) ? await this.users.passwordHash(user.id) : undefined;
    const isTooLong = exceedsMaxPasswordLength(password);
    const isWanted = (): boolean => !request.raw.socket.destroyed;
    const match = await this.hasher.compare(stored, isTooLong ? '' : password, isWanted);
    const isRight = user && match !== 'wrong' && !isTooLong;
    const retryAfterSeconds = isRight
      ? await this.throttle.wait(attempt)
      : await this.failures.record('password', attempt, user?.id ?? null);
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };
    if (!isRight) return refused;

    this.metrics.factorTried('password', 'success');
    await this.throttle.succeed(attempt);
    if (match === 'outdated' && stored !== undefined)
      await this.users.rehashPassword(user.id, stored, await this.hasher.hash(password));
    const { credentialsVersion } = user;
    return {
      kind: 'proven',
      user: { userId: user.id, credentialsVersion },
      username: user.username,
      methods: ['pwd'],
    };
  }
}

/** Runs passport-local, which has no outcome if a field is empty. */
function throughPassport(posted: PostedPassword): Promise<FactorOutcome | UnlinkedOutcome> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | null, outcome?: FactorOutcome | UnlinkedOutcome | false): void =>
      error ? reject(error) : resolve(outcome || refused);
    const handler = passport.authenticate(strategyName, { session: false }, settle) as (
      request: PostedPassword,
      reply: undefined,
      next: (error: Error) => void,
    ) => void;
    handler(posted, undefined, reject);
  });
}
