import { ConflictException, Injectable } from '@nestjs/common';
import { BusyError } from '../../crypto/busy-error.js';
import { type Message, message, verbatim } from '../../locales/message.js';
import { MailedLinks } from '../../mail/mailed-links.js';
import type { MailedLink } from '../../persistence/entities/mailed-link.entity.js';
import { usernameKey } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { shownText } from '../../protocol/shown-text.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { maxUsernameLength } from '../../users/user-fields.js';
import { UserPasswordRules } from '../../users/user-password-rules.js';
import { newUsernameViolation } from '../../users/username.js';
import type { FailedOutcome } from '../factors/factor.js';

/** What somebody types to make an account. */
export interface TypedAccount {
  readonly username: string;
  readonly name: string;
  readonly password: string;
  readonly again: string;
  /** The tag of the language of the page, which becomes the one of the account. */
  readonly locale: string;
}

/** What has come of it. */
export type NewAccountOutcome = { readonly kind: 'created' } | { readonly kind: 'dead' } | FailedOutcome;

/** The link was used for another account meanwhile. */
class UsedLinkError extends Error {}

/** Makes accounts for the owners of mailed links. */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly links: MailedLinks,
    private readonly passwordRules: UserPasswordRules,
  ) {}

  /**
   * Makes an account, whose e-mail address is verified, and uses the link up. A refused account leaves the link.
   * @param also what else happens in the transaction; if it returns false, the link is dead, and no account is made
   */
  async create(
    link: MailedLink,
    typed: TypedAccount,
    address: string,
    also?: (tx: Transaction, userId: string, now: number) => Promise<boolean>,
  ): Promise<NewAccountOutcome> {
    const { username, name, password, locale } = typed;
    const { email } = link;
    const refusal = refusalOf(typed);
    if (refusal !== undefined) return { kind: 'refused', message: refusal };
    const { violation, strength } = await this.passwordRules.assess(password, { username, name, email });
    if (violation !== undefined)
      return { kind: 'refused', message: message('newPassword.refused', { violation }), strength };
    try {
      await this.accounts.create(
        { username, password, email, email_verified: true, locale, ...(name === '' ? {} : { name }) },
        { name: 'eyrie:sign-up', address },
        {
          also: async (tx, id, now) => {
            if (!(await this.links.redeemAsNobody(tx, link, now))) throw new UsedLinkError();
            if (also && !(await also(tx, id, now))) throw new UsedLinkError();
          },
        },
      );
      return { kind: 'created' };
    } catch (error) {
      if (error instanceof UsedLinkError) return { kind: 'dead' };
      if (error instanceof BusyError) return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
      if (error instanceof ConflictException)
        return {
          kind: 'refused',
          message: message('completeSignUp.cannotBeUsed', { reason: verbatim(error.message) }),
        };
      throw error;
    }
  }
}

/** What is wrong with what was typed, the strength of the password aside. */
function refusalOf({ username, name, password, again }: TypedAccount): Message | undefined {
  if (
    [username, usernameKey(username)].some(
      (form) => form === '' || Array.from(form).length > maxUsernameLength,
    )
  )
    return message('completeSignUp.usernameLength', { characters: maxUsernameLength });
  const nameless = newUsernameViolation(username);
  if (nameless !== undefined) return message('completeSignUp.username', { violation: verbatim(nameless) });
  if (Array.from(name).length > 255 || (name !== '' && !shownText.pattern.test(name)))
    return message('completeSignUp.badName');
  return password === again ? undefined : message('newPassword.differ');
}
