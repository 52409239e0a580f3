import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ArrayMinSize, IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import {
  FollowsPattern,
  HasLength,
  IsTexts,
  IsWebAddress,
  MayBeAbsent,
  type TextsBounds,
  webAddressSchema,
} from './field-checks.js';

/*
 * The fields of request bodies and queries. Each decorator both checks a field and describes it in the OpenAPI document, from the same
 * bounds, so that neither says what the other does not.
 */

/** What every field can say. */
export interface About {
  readonly description?: string;
  readonly example?: unknown;
  /** The value of an absent field. */
  readonly default?: unknown;
  /** The field may be omitted. */
  readonly optional?: boolean;
  /** The field may be null, which removes the value or is the same as absent. It may then be omitted, too. */
  readonly nullable?: boolean;
  readonly writeOnly?: boolean;
  /** Whether the document is silent about it: a name of an earlier release. */
  readonly isHidden?: boolean;
}

/** Bounds of a text. */
export interface TextBounds {
  /** 1 if omitted. */
  readonly minLength?: number;
  readonly maxLength: number;
  readonly pattern?: RegExp;
  /** What the pattern demands, as a predicate. */
  readonly patternMeaning?: string;
  /** `format` of JSON Schema. */
  readonly format?: string;
}

/**
 * A field of any form.
 * @param schema what the document says of its values
 * @param checks what class-validator checks of them
 */
export function Field(
  schema: object,
  checks: readonly PropertyDecorator[],
  { optional = false, nullable = false, isHidden = false, default: value, ...about }: About = {},
): PropertyDecorator {
  const description = {
    ...schema,
    ...about,
    ...(nullable ? { nullable } : {}),
    ...(value === undefined ? {} : { default: value }),
    required: !optional && !nullable && value === undefined,
  } as ApiPropertyOptions;
  const presence = nullable ? [IsOptional()] : optional || value !== undefined ? [MayBeAbsent()] : [];
  return (target, property) => {
    const described = isHidden ? [] : [ApiProperty(description)];
    for (const decorate of [...described, ...checks, ...presence]) decorate(target, property);
  };
}

export function TextField({ minLength = 1, maxLength, ...options }: TextBounds & About): PropertyDecorator {
  const { pattern, patternMeaning, format, ...about } = options;
  return Field(
    {
      type: 'string',
      minLength,
      maxLength,
      ...(pattern === undefined ? {} : { pattern: pattern.source }),
      ...(format === undefined ? {} : { format }),
    },
    [
      HasLength(minLength, maxLength),
      IsString(),
      ...(pattern === undefined ? [] : [FollowsPattern(pattern, patternMeaning)]),
    ],
    about,
  );
}

/** A list of different texts. */
export const TextsField = (
  { maxLength, maxItems, minItems = 0, pattern, patternMeaning }: ListBounds,
  about: About,
): PropertyDecorator =>
  Field(
    {
      type: 'array',
      items: {
        type: 'string',
        minLength: 1,
        maxLength,
        ...(pattern === undefined ? {} : { pattern: pattern.source }),
      },
      minItems,
      maxItems,
      uniqueItems: true,
    },
    [
      IsTexts({ minLength: 1, maxLength, maxItems }),
      ArrayMinSize(minItems),
      ...(pattern === undefined ? [] : [FollowsPattern(pattern, patternMeaning, { each: true })]),
    ],
    about,
  );

/** Bounds of a list of texts, and of each of them. */
interface ListBounds extends Omit<TextsBounds, 'minLength'>, Pick<TextBounds, 'pattern' | 'patternMeaning'> {
  readonly minItems?: number;
}

/** The URL of a web page or image. */
export const WebAddressField = (about: About): PropertyDecorator =>
  Field(webAddressSchema, [IsWebAddress()], about);

export const FlagField = (about: About): PropertyDecorator =>
  Field({ type: 'boolean' }, [IsBoolean()], about);

export const IntegerField = ({
  min,
  max,
  ...about
}: About & { readonly min: number; readonly max: number }): PropertyDecorator =>
  Field({ type: 'integer', minimum: min, maximum: max }, [Max(max), Min(min), IsInt()], about);

export const ChoiceField = ({
  values,
  ...about
}: About & { readonly values: readonly string[] }): PropertyDecorator =>
  Field({ type: 'string', enum: [...values] }, [IsIn(values)], about);

/** Of a query parameter; any other text stays as it is, for validation to reject. */
const toInteger = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
const toBoolean = ({ value }: TransformFnParams): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

const transformed =
  (transform: (value: TransformFnParams) => unknown, field: PropertyDecorator): PropertyDecorator =>
  (target, property) => {
    Transform(transform)(target, property);
    field(target, property);
  };

/** An {@link IntegerField} of a query. */
export const QueryIntegerField = (options: Parameters<typeof IntegerField>[0]): PropertyDecorator =>
  transformed(toInteger, IntegerField(options));

/** A {@link FlagField} of a query. */
export const QueryFlagField = (about: About): PropertyDecorator => transformed(toBoolean, FlagField(about));

/** The id of something: a UUID, as far as we made it. */
export const maxIdLength = 36;
export const maxClientIdLength = 255;

/** Characters of a text to search for. */
export const maxSearchLength = 255;

/** A query parameter with the id of a user, whether there is one or not. */
export const UserIdQuery = (description: string): PropertyDecorator =>
  TextField({ optional: true, maxLength: maxIdLength, description });

/** A query parameter with the client_id of a client, whether there is one or not. */
export const ClientIdQuery = (description: string): PropertyDecorator =>
  TextField({ optional: true, maxLength: maxClientIdLength, description });
