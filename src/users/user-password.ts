import { BadRequestException } from '@nestjs/common';
import { passwordViolation } from '../crypto/password-rules.js';
import type { Profile } from './user-profile.js';
import type { Message } from '../locales/message.js';
import { inEnglish } from '../locales/translator.js';

/** What of a user makes a password easy to guess. */
type Guessable = Pick<
  Profile,
  'name' | 'given_name' | 'family_name' | 'nickname' | 'email' | 'phone_number'
> & {
  readonly username: string;
};

/** What is wrong with a new password of this user, as a predicate with advice; undefined if nothing is. */
export async function userPasswordViolation(password: string, user: Guessable): Promise<Message | undefined> {
  const { username, name, given_name, family_name, nickname, email, phone_number } = user;
  return passwordViolation(password, [
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
export async function requirePassword(password: string, user: Guessable): Promise<void> {
  const violation = await userPasswordViolation(password, user);
  // In the form in which field checks answer.
  if (violation !== undefined) throw new BadRequestException([`password ${inEnglish(violation)}`]);
}
