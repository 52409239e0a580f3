import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { BusyError } from '../crypto/busy-error.js';
import { message, type Text } from '../locales/message.js';
import type { FailedOutcome, FactorOutcome } from '../sign-in/factors/factor.js';
import { DirectoryPasswordChange } from '../sign-in/directory-password-change.js';
import { PasswordFactor } from '../sign-in/factors/password.js';
import {
  PasswordChange,
  type PasswordChangeOutcome,
  type TypedPassword,
} from '../sign-in/password-change.js';
import { countedMethods } from '../sign-in/policy.js';
import { recentProofSeconds } from '../sign-in/sign-in-purposes.js';
import { UserPasswords } from '../users/user-passwords.js';
import type { Owner } from './recent-proof.js';

/** What the owner of an account has of passwords. */
export interface PresentPassword {
  readonly hasPassword: boolean;
  /** Whether a change asks for it: not if it is part of the recent proof. */
  readonly asksPresent: boolean;
}

/** What somebody types to change the password. */
export interface TypedChange extends TypedPassword {
  /** The present password. */
  readonly present: string;
  /** Whether applications lose their access. */
  readonly endsGrants: boolean;
}

/** What came of it. */
export type OwnPasswordOutcome =
  | PasswordChangeOutcome
  /** The same form came before, and has changed the password. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'not-proven'; readonly outcome: FailedOutcome };

const wrong = { kind: 'refused', message: message('ownPassword.wrong') } as const;

/** The password of the person who is signed in. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly passwords: UserPasswords,
    private readonly factor: PasswordFactor,
    private readonly passwordChange: PasswordChange,
    private readonly directoryChange: DirectoryPasswordChange,
    private readonly clock: Clock,
  ) {}

  async presentOf({ session, progress }: Owner): Promise<PresentPassword> {
    if (await this.directoryChange.directoryOf(session.userId))
      return { hasPassword: true, asksPresent: true };
    const hasPassword = await this.passwords.has(session.userId);
    const proven = countedMethods({
      earlier: progress.earlier,
      forRequest: progress.proofs,
      asked: { maxAge: recentProofSeconds },
      now: this.clock.now(),
    });
    return { hasPassword, asksPresent: hasPassword && !proven.includes('pwd') };
  }

  /** Where the password is changed if it belongs to a directory that has it changed there alone. */
  async elsewhereFor({ session }: Owner): Promise<Text | undefined> {
    return this.directoryChange.elsewhereFor(session.userId);
  }

  /** Changes the password, or sets a first one. The session goes on, all others end. */
  async change(
    owner: Owner,
    { present, endsGrants, ...typed }: TypedChange,
    request: FastifyRequest,
  ): Promise<OwnPasswordOutcome> {
    const { session, progress } = owner;
    const ending = { keptSessionId: session.id, endsGrants };
    const directory = await this.directoryChange.directoryOf(session.userId);
    if (directory)
      return this.directoryChange.change(directory, progress, { present, ...typed }, request, ending);
    const { asksPresent } = await this.presentOf(owner);
    const proof = asksPresent ? await this.prove(session.username, present, request) : undefined;
    if (proof && proof.kind !== 'proven') return { kind: 'not-proven', outcome: proof };
    const { username } = progress;
    const user = proof?.user ?? progress.user;
    const outcome = await this.passwordChange.change({ user, username }, typed, request, ending);
    return outcome.kind === 'outdated' && (await this.passwords.isPresent(user.userId, typed.password))
      ? { kind: 'repeated' }
      : outcome;
  }

  /** Checks the present password under the throttle of sign-ins. */
  private async prove(username: string, password: string, request: FastifyRequest): Promise<FactorOutcome> {
    try {
      const outcome = await this.factor.verify(request, username, password);
      return outcome.kind === 'refused' ? wrong : outcome;
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
    }
  }
}
