import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, ValidateBy } from 'class-validator';
import { storedHashPattern } from '../crypto/password-hashes/hash-kinds.js';
import { usernameKey } from '../persistence/stores/users.store.js';
import { passwordLengthViolation } from '../crypto/password-rules.js';
import { inEnglish } from '../locales/translator.js';
import { maxPasswordLength, minPasswordLength } from '../protocol/password.js';
import { shownText } from '../protocol/shown-text.js';
import { partialRoles } from '../resource/rights.js';
import { type About, Field, type TextBounds, TextField } from '../resource/fields.js';

/** A claim that is text; null for no value. */
export const ClaimField = (about: About & Partial<TextBounds>): PropertyDecorator =>
  TextField({ maxLength: 255, nullable: true, ...shownText, ...about });

const addressMembers = [
  'formatted',
  'street_address',
  'locality',
  'region',
  'postal_code',
  'country',
] as const;

const maxAddressLength = 1_024;

/** A plain object with the members of OIDC Core §5.1.1. */
const IsAddress = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isAddress',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          Object.entries(value).every(
            ([member, text]) =>
              (addressMembers as readonly string[]).includes(member) &&
              typeof text === 'string' &&
              Array.from(text).length <= maxAddressLength,
          ),
      },
    },
    { message: `$property may only have the members ${addressMembers.join(', ')}, as text` },
  );

/** What the document says of it. */
const addressSchema = {
  type: 'object',
  properties: Object.fromEntries(
    addressMembers.map((member) => [member, { type: 'string', maxLength: maxAddressLength }]),
  ),
  additionalProperties: false,
};

/** A password of the right length. Whether it is easy to guess is checked later, since that depends on the user. */
const IsPassword = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPassword',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && passwordLengthViolation(value) === undefined,
      defaultMessage: (checked) => {
        const value: unknown = checked?.value;
        const violation = typeof value === 'string' ? passwordLengthViolation(value) : undefined;
        return `$property ${violation ? inEnglish(violation) : 'must be a string'}`;
      },
    },
  });

/** Text without control characters and without surrounding spaces. */
const usernamePattern = /^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u;
export const maxUsernameLength = 255;

/** It fits its column, also in the form in which usernames are compared. */
const IsUsername = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isUsername',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          usernamePattern.test(value) &&
          [value, usernameKey(value)].every((form) => Array.from(form).length <= maxUsernameLength),
      },
    },
    {
      message: `$property must be 1 to ${maxUsernameLength} characters, without surrounding spaces and without control characters`,
    },
  );

/** The postal address of OIDC Core §5.1.1. */
export const AddressField = (): PropertyDecorator =>
  Field(addressSchema, [IsAddress()], { nullable: true, example: { locality: 'Zurich', country: 'CH' } });

/**
 * The name of a new user. The document names a format of its own, since few programs know the properties of Unicode that say what
 * can be seen. New names are checked when the user is created: a configuration file may hold the name of a user from before.
 */
export const UsernameField = (about: About): PropertyDecorator =>
  Field(
    { type: 'string', format: 'username', minLength: 1, maxLength: maxUsernameLength },
    [IsUsername()],
    about,
  );

export const adminRolesMeaning =
  'Roles of somebody who uses a part of the admin API: auditor (reads everything), client_manager (clients that they registered or were given), user_support (users who administer nothing, their sessions and grants), directory_manager (groups, roles and who has them)';

/** Which parts of the admin API somebody may use. */
export const AdminRolesField = (about: About): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: { type: 'string', enum: [...partialRoles] },
      maxItems: partialRoles.length,
      uniqueItems: true,
    },
    [IsArray(), ArrayMaxSize(partialRoles.length), ArrayUnique(), IsIn(partialRoles, { each: true })],
    { example: [], description: adminRolesMeaning, ...about },
  );

export const PasswordField = (about: About): PropertyDecorator =>
  Field(
    { type: 'string', minLength: minPasswordLength, maxLength: maxPasswordLength, format: 'password' },
    [IsPassword()],
    { writeOnly: true, ...about },
  );

/** The hash of a password, as another service had it; optional. */
export const PasswordHashField = (description: string): PropertyDecorator =>
  TextField({
    optional: true,
    maxLength: 255,
    pattern: storedHashPattern,
    patternMeaning:
      'must be a hash by argon2, PBKDF2 or scrypt in the PHC string format, such as $argon2id$v=19$m=19456,t=2,p=1$…$…, or by bcrypt ($2b$12$…), with parameters that a sign-in can afford',
    description,
  });
