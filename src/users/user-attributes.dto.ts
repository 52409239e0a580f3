import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import type { AttributeValue } from '../protocol/attributes.js';
import { type About, Field } from '../resource/fields.js';

const valueSchema = {
  oneOf: [
    { type: 'string' },
    { type: 'integer' },
    { type: 'boolean' },
    { type: 'array', items: { type: 'string' } },
  ],
};
const maxProperties = 100;

const isValues = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= maxProperties;

/** Values by the names of attributes. Whether they exist and can have the values is checked later. */
export const AttributesField = (about: About): PropertyDecorator =>
  Field(
    { type: 'object', maxProperties, additionalProperties: { ...valueSchema, nullable: true } },
    [
      // As it was sent: class-transformer drops names of methods, such as toString.
      Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
      ValidateBy(
        { name: 'isValues', validator: { validate: isValues } },
        {
          message: `$property must be an object of at most ${maxProperties} values by the names of attributes`,
        },
      ),
    ],
    about,
  );

/** Changes of values. */
export class UpdateUserAttributesDto {
  @AttributesField({
    example: {},
    description:
      'Values by the names of attributes, each as its type has it. Omitted ones stay; null removes one',
  })
  attributes: Record<string, unknown>;
}

/** The values that a user has of attributes. */
export class UserAttributesDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: valueSchema,
    example: { department: 'Sales' },
    description: 'By the names of the attributes',
  })
  attributes: Record<string, AttributeValue>;
}
