import { IsOptional, IsUrl, MaxLength, ValidateBy, ValidateIf } from 'class-validator';
import { shownTextViolation } from '../protocol/shown-text.js';

/** A field that may be omitted, but not be null. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

/** Text that people read, or each text of a list: a name or a description, in one line. */
export const IsShownText = (options: { readonly each?: boolean } = {}): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isShownText',
      validator: {
        validate: (value: unknown) => typeof value !== 'string' || shownTextViolation(value) === undefined,
        defaultMessage: () => `$property ${shownTextViolation('\0')}`,
      },
    },
    options,
  );

/** The URL of a web page or image, or null. */
export const IsWebAddress = (): PropertyDecorator => (target, property) => {
  const ofTheWeb = { protocols: ['https', 'http'], require_protocol: true, require_tld: false };
  const message = '$property must be an http or https URL of up to 2048 characters';
  IsOptional()(target, property);
  IsUrl({ ...ofTheWeb, disallow_auth: true, validate_length: false }, { message })(target, property);
  MaxLength(2_048, { message })(target, property);
};

/** true, false, or a list of different values out of these. */
export const IsFlagOrChoices = (values: readonly string[]): PropertyDecorator =>
  ValidateBy({
    name: 'isFlagOrChoices',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'boolean' ||
        (Array.isArray(value) &&
          new Set(value).size === value.length &&
          value.every((item: unknown) => typeof item === 'string' && values.includes(item))),
      defaultMessage: () => `$property must be true, false, or a list of some of ${values.join(', ')}`,
    },
  });
