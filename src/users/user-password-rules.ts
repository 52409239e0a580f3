import { Injectable } from '@nestjs/common';
import { type AssessedPassword, PasswordRules } from '../crypto/password-rules.js';
import { invalidField } from '../http/invalid-fields.js';
import type { Profile } from './user-profile.js';
import { inEnglish } from '../locales/translator.js';

/** What of a user makes a password easy to guess. */
type Guessable = Pick<
  Profile,
  'name' | 'given_name' | 'family_name' | 'nickname' | 'email' | 'phone_number'
> & {
  readonly username: string;
};

/** The rules for the passwords of users: what is known of a user is easy to guess. */
@Injectable()
export class UserPasswordRules {
  constructor(private readonly rules: PasswordRules) {}

  async assess(password: string, user: Guessable): Promise<AssessedPassword> {
    const { username, name, given_name, family_name, nickname, email, phone_number } = user;
    return this.rules.assess(password, [
      username,
      name,
      given_name,
      family_name,
      nickname,
      email,
      phone_number,
    ]);
  }

  /** @throws BadRequestException saying what is wrong with a new password of this user */
  async require(password: string, user: Guessable): Promise<void> {
    const { violation } = await this.assess(password, user);
    if (violation !== undefined) throw invalidField('password', inEnglish(violation));
  }
}
