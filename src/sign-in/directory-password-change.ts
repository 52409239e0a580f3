import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BusyError } from '../crypto/busy-error.js';
import { addressOf } from '../http/network.js';
import { message, type Text, verbatim } from '../locales/message.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { exceedsMaxPasswordLength } from '../protocol/password.js';
import { DirectoryOwnership } from '../users/directory-ownership.js';
import { type ReplaceOptions, UserPasswords } from '../users/user-passwords.js';
import { Attempts } from './attempts.js';
import type { FailedOutcome } from './factors/factor.js';
import type { PasswordChangeOutcome, TypedPassword } from './password-change.js';
import type { OutdatedDirectoryPassword, SignInProgress } from './sign-in-progress.js';
import type { LoadedUpstream } from './upstream/definition.js';
import { LdapDirectory } from './upstream/ldap/ldap-directory.js';
import type { PasswordRefusal } from './upstream/ldap/password-modify.js';
import { UpstreamAwayError } from './upstream/protocols/protocol.js';
import { Upstreams } from './upstream/upstreams.js';

/** Until a directory that is away is asked again. */
const retryAfterSeconds = 30;

/** The directory that has somebody's password, and who they are there. */
export interface PasswordDirectory {
  readonly upstream: LoadedUpstream;
  readonly subject: string;
}

/** The present password, and twice the one in its place. */
interface TypedReplacement extends TypedPassword {
  readonly present: string;
}

const refused = (text: ReturnType<typeof message>): FailedOutcome => ({ kind: 'refused', message: text });
const texts: Readonly<Record<PasswordRefusal, FailedOutcome>> = {
  in_history: refused(message('directoryPassword.inHistory')),
  too_young: refused(message('directoryPassword.tooYoung')),
  not_allowed: refused(message('directoryPassword.notAllowed')),
  against_rules: refused(message('directoryPassword.againstRules')),
  expired: refused(message('directoryPassword.notAllowed')),
};
const wrong = refused(message('ownPassword.wrong'));
const isPresent = refused(message('newPassword.refused', { violation: message('password.present') }));

/** Changes passwords of directories that allow it, as their owners: the account that searches changes none. */
@Injectable()
export class DirectoryPasswordChange {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly identities: IdentitiesStore,
    private readonly directory: LdapDirectory,
    private readonly attempts: Attempts,
    private readonly passwords: UserPasswords,
    private readonly ownership: DirectoryOwnership,
  ) {}

  /** Where somebody's password is changed: by this server, by this server in their directory, or in the directory alone. */
  async placeOf(userId: string): Promise<'here' | 'directory' | 'elsewhere'> {
    if (!(await this.ownership.hasPassword(userId))) return 'here';
    return (await this.directoryOf(userId)) ? 'directory' : 'elsewhere';
  }

  /** The directory in which somebody can change their password from here; undefined if there is none, or more than one has one of theirs. */
  async directoryOf(userId: string): Promise<PasswordDirectory | undefined> {
    const [only, second] = await this.directoriesOf(userId);
    return only && !second && only.upstream.password_change === true ? only : undefined;
  }

  /** What somebody is told whose password cannot be changed from here; undefined if it can, or is one of this server. */
  async elsewhereFor(userId: string): Promise<Text | undefined> {
    if ((await this.placeOf(userId)) !== 'elsewhere') return undefined;
    const helped = (await this.directoriesOf(userId)).find(({ upstream }) => upstream.password_help);
    if (!helped) return message('newPassword.directory');
    const { name, password_help: help = '' } = helped.upstream;
    return message('directoryPassword.elsewhere', { directory: verbatim(name), help: verbatim(help) });
  }

  /** Changes a password that must be changed before its owner goes on signing in. */
  async changeOutdated(
    { upstreamId }: OutdatedDirectoryPassword,
    progress: Pick<SignInProgress, 'user' | 'username'>,
    typed: TypedReplacement,
    request: FastifyRequest,
  ): Promise<PasswordChangeOutcome> {
    const linked = await this.directoriesOf(progress.user.userId);
    const directory = linked.find(({ upstream }) => upstream.id === upstreamId);
    if (directory?.upstream.password_change !== true) return texts.not_allowed;
    if (!(await this.passwords.isCurrent(progress.user))) return { kind: 'outdated' };
    return this.change(directory, progress, typed, request);
  }

  private async directoriesOf(userId: string): Promise<readonly PasswordDirectory[]> {
    const directories = await this.upstreams.directories();
    return (await this.identities.of(userId)).flatMap(({ upstreamId, subject }) => {
      const upstream = directories.find(({ id }) => id === upstreamId);
      return upstream ? [{ upstream, subject }] : [];
    });
  }

  /**
   * Changes the password, if the present one is right. A wrong one counts as a failed sign-in.
   * @param ending what it ends; by default, all sessions
   */
  async change(
    { upstream, subject }: PasswordDirectory,
    { user, username }: Pick<SignInProgress, 'user' | 'username'>,
    { present, password, again }: TypedReplacement,
    request: FastifyRequest,
    ending: Pick<ReplaceOptions, 'keptSessionId' | 'endsGrants'> = {},
  ): Promise<PasswordChangeOutcome> {
    const { userId } = user;
    if (password !== again) return { kind: 'refused', message: message('newPassword.differ') };
    if (password !== '' && password === present) return isPresent;
    try {
      const { violation, strength } = await this.passwords.assess(userId, password);
      if (violation !== undefined)
        return { kind: 'refused', message: message('newPassword.refused', { violation }), strength };
      if (exceedsMaxPasswordLength(present)) return wrong;
      const found = (await this.directory.findSubjects(upstream, [subject])).get(subject);
      if (!found) return texts.not_allowed;
      let reason: string | undefined;
      const outcome = await this.attempts.make(
        {
          factor: 'password',
          username,
          userId,
          isFurther: false,
          isReserved: true,
          failure: () => ({ upstream: upstream.alias, reason }),
        },
        request,
        async () => {
          const answer = await this.directory.changePassword(upstream, found.dn, { present, next: password });
          reason = answer.kind === 'wrong' ? answer.reason : undefined;
          return answer.kind === 'wrong' ? undefined : answer;
        },
        wrong,
      );
      if (outcome.kind !== 'right') return outcome;
      if (outcome.proven.kind === 'refused') return texts[outcome.proven.reason];
      const changed = await this.passwords.replacedElsewhere(userId, {
        address: addressOf(request),
        userAgent: request.headers['user-agent'],
        ...ending,
      });
      return changed ? { kind: 'changed', user: changed, strength } : { kind: 'outdated' };
    } catch (error) {
      if (error instanceof UpstreamAwayError) return { kind: 'busy', retryAfterSeconds };
      if (!(error instanceof BusyError)) throw error;
      return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
    }
  }
}
