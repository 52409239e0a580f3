import { Injectable } from '@nestjs/common';
import { type Message, message } from '../../locales/message.js';
import { BusyError } from '../../crypto/busy-error.js';
import type { PasswordStrength } from '../../crypto/password-rules.js';
import { type FoundLink, MailedLinks } from '../../mail/mailed-links.js';
import type { MailedLink } from '../../persistence/entities/mailed-link.entity.js';
import { DirectoryOwnership } from '../../users/directory-ownership.js';
import { LinkedPasswords } from '../../users/linked-passwords.js';
import { UserPasswords } from '../../users/user-passwords.js';
import type { FailedOutcome } from '../factors/factor.js';
import type { TypedPassword } from '../password-change.js';
import { SignInThrottle } from '../sign-in-throttle.js';

/** Whose password a link lets somebody choose. */
export interface LinkOwner {
  readonly userId: string;
  readonly username: string;
  /** Whether they have been invited and have no password yet. */
  readonly isInvited: boolean;
}

/** A link with its owner, if it can be used. */
export type OpenedLink =
  | { readonly kind: 'usable'; readonly link: MailedLink; readonly owner: LinkOwner }
  | Exclude<FoundLink, { kind: 'usable' }>;

/** The outcome of a chosen password. */
export type ChoiceOutcome =
  | { readonly kind: 'chosen' }
  | { readonly kind: 'unusable'; readonly found: Exclude<FoundLink, { kind: 'usable' }> }
  | { readonly kind: 'failed'; readonly owner: LinkOwner; readonly outcome: FailedOutcome };

const dead = { kind: 'unusable', found: { kind: 'dead' } } as const;

/** Lets the owner of a mailed link choose a password. */
@Injectable()
export class PasswordByLink {
  constructor(
    private readonly links: MailedLinks,
    private readonly passwords: UserPasswords,
    private readonly linkedPasswords: LinkedPasswords,
    private readonly throttle: SignInThrottle,
    private readonly ownership: DirectoryOwnership,
  ) {}

  /** Opens a link, and leaves it as it is. */
  async open(token: string, address: string): Promise<OpenedLink> {
    const found = await this.links.find(token, ['password_reset', 'invitation'], address);
    if (found.kind !== 'usable') return found;
    const { link, user } = found;
    if (!user) return { kind: 'dead' };
    const { id: userId, username } = user;
    return { kind: 'usable', link, owner: { userId, username, isInvited: link.purpose === 'invitation' } };
  }

  /** Sets the password and uses the link up, if the password is a good one. A refused password leaves the link. */
  async choose(token: string, { password, again }: TypedPassword, address: string): Promise<ChoiceOutcome> {
    const found = await this.open(token, address);
    if (found.kind === 'throttled') return { kind: 'unusable', found };
    try {
      if (found.kind === 'dead') return (await this.isRepeated(token, password)) ? { kind: 'chosen' } : dead;
      const { link, owner } = found;
      const refuse = (text: Message, strength?: PasswordStrength): ChoiceOutcome => ({
        kind: 'failed',
        owner,
        outcome: { kind: 'refused', message: text, strength },
      });
      if (await this.ownership.hasPassword(owner.userId)) return refuse(message('newPassword.directory'));
      if (password !== again) return refuse(message('newPassword.differ'));
      const { violation, strength } = await this.passwords.assess(owner.userId, password);
      const isSet =
        violation === undefined && (await this.linkedPasswords.set(link, owner.userId, password, address));
      if (!isSet && !(await this.isRepeated(token, password)))
        return violation === undefined
          ? dead
          : refuse(message('newPassword.refused', { violation }), strength);
      // Whoever guessed before does not keep the owner out now.
      await this.throttle.succeed({ username: owner.username, address, knownDevice: undefined });
      return { kind: 'chosen' };
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      if (found.kind === 'dead') return dead;
      const { retryAfterSeconds } = error;
      return { kind: 'failed', owner: found.owner, outcome: { kind: 'busy', retryAfterSeconds } };
    }
  }

  /** Whether the form came twice: a moment ago its link has set this password. */
  private async isRepeated(token: string, password: string): Promise<boolean> {
    const userId = await this.links.userOfJustUsed(token);
    return userId !== undefined && (await this.passwords.isPresent(userId, password));
  }
}
