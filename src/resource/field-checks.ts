import { ArrayMaxSize, ArrayUnique, IsArray, IsString, IsUrl, ValidateBy, ValidateIf } from 'class-validator';
import { hasHalf, shownTextViolation } from '../protocol/shown-text.js';

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

/** The characters of a text as JSON Schema and databases count them: code points. */
const lengthOf = (text: string): number => Array.from(text).length;

const hasLength = (value: unknown, min: number, max: number): boolean =>
  // A code point has two code units at most: a longer text need not be counted.
  typeof value === 'string' && value.length <= 2 * max && lengthOf(value) >= min && lengthOf(value) <= max;

/** Text of so many characters (code points). */
export const HasLength = (min: number, max: number, { each = false } = {}): PropertyDecorator =>
  ValidateBy(
    {
      name: 'hasLength',
      constraints: [min, max],
      validator: { validate: (value: unknown) => hasLength(value, min, max) },
    },
    {
      each,
      message: `${each ? 'each value in ' : ''}$property must be longer than or equal to ${min} and shorter than or equal to ${max} characters`,
    },
  );

/**
 * Text that follows a pattern, or each text of a list. Half a character follows none.
 * @param meaning what the pattern demands, as a predicate
 */
export const FollowsPattern = (
  pattern: RegExp,
  meaning = `must match ${pattern.source}`,
  { each = false } = {},
): PropertyDecorator =>
  ValidateBy(
    {
      name: 'followsPattern',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && !hasHalf(value) && pattern.test(value),
      },
    },
    { each, message: `${each ? 'each value in ' : ''}$property ${meaning}` },
  );

/** A list of up to `maxItems` different texts. */
export const IsTexts = ({ minLength, maxLength, maxItems }: TextsBounds): PropertyDecorator => {
  const checks = [
    IsArray(),
    ArrayMaxSize(maxItems),
    ArrayUnique(),
    IsString({ each: true }),
    HasLength(minLength, maxLength, { each: true }),
  ];
  return (target, property) => {
    for (const check of checks) check(target, property);
  };
};

export interface TextsBounds {
  readonly minLength: number;
  readonly maxLength: number;
  readonly maxItems: number;
}

/** What a JSON Schema says of the URL of a web page or image. */
export const webAddressSchema = {
  type: 'string',
  format: 'uri',
  minLength: 1,
  maxLength: 2_048,
  pattern: '^[Hh][Tt][Tt][Pp][Ss]?://',
} as const;

/** The URL of a web page or image. */
export const IsWebAddress = (): PropertyDecorator => (target, property) => {
  const ofTheWeb = { protocols: ['https', 'http'], require_protocol: true, require_tld: false };
  const { maxLength } = webAddressSchema;
  const message = `$property must be an http or https URL of up to ${maxLength} characters`;
  IsUrl({ ...ofTheWeb, disallow_auth: true, validate_length: false }, { message })(target, property);
  ValidateBy(
    { name: 'webAddressLength', validator: { validate: (value: unknown) => hasLength(value, 1, maxLength) } },
    { message },
  )(target, property);
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
