import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, IsObject } from 'class-validator';
import type { AttributeDefinition } from '../../persistence/entities/attribute-definition.entity.js';
import {
  attributeBounds,
  attributeName,
  type AttributeType,
  attributeTypes,
  type OwnerAccess,
  ownerAccesses,
} from '../../protocol/attributes.js';
import { shownText } from '../../protocol/shown-text.js';
import { IsTexts } from '../../resource/field-checks.js';
import { ChoiceField, Field, TextField } from '../../resource/fields.js';
import { type InLanguages, wordBounds } from './attribute-words.js';

const { maxName, maxItem, maxChoices } = attributeBounds;
const choiceBounds = { minLength: 1, maxLength: maxItem, maxItems: maxChoices };

/** A text in other languages. */
const WordsField = (
  member: keyof typeof wordBounds,
  description: string,
  example: InLanguages | null,
): PropertyDecorator =>
  Field(
    {
      type: 'object',
      additionalProperties: { type: 'string', minLength: 1, maxLength: wordBounds[member] },
    },
    [IsObject()],
    { nullable: true, example, description },
  );

/** A member that users have beside the standard ones. */
export class PutAttributeDto {
  @TextField({
    maxLength: maxName,
    pattern: attributeName,
    patternMeaning: 'must begin with a letter, and have only letters, digits, _ and -',
    example: 'department',
    description:
      'Name of the member in the admin API, in configuration files and over SCIM. Two names must not differ only in case',
  })
  name: string;

  @ChoiceField({
    values: attributeTypes,
    example: 'text',
    description:
      'What the values are: one text, an integer, true or false, a date, or a list of texts. It cannot change',
  })
  type: AttributeType;

  @TextField({
    maxLength: 255,
    ...shownText,
    example: 'Department',
    description: 'What people see on the page with their profile',
  })
  label: string;

  @TextField({
    maxLength: 1_024,
    ...shownText,
    nullable: true,
    example: null,
    description: 'What it is for, below the label',
  })
  description?: string | null;

  @WordsField('labels', 'The label in other languages of the pages, by language tag', { de: 'Abteilung' })
  labels?: InLanguages | null;

  @WordsField('descriptions', 'The description in other languages, likewise', null)
  descriptions?: InLanguages | null;

  @Field(
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: maxItem },
      minItems: 1,
      maxItems: maxChoices,
      uniqueItems: true,
    },
    [IsTexts(choiceBounds), ArrayMinSize(1)],
    {
      nullable: true,
      example: ['Sales', 'Engineering'],
      description: 'For text and texts: the only values; any if omitted. Values that are stored stay',
    },
  )
  values?: string[] | null;

  @ChoiceField({
    values: ownerAccesses,
    optional: true,
    example: 'view',
    description: 'What people may do with their own value, on the page with their profile; `none` if omitted',
  })
  owner_access?: OwnerAccess;
}

/** An attribute in the form of the admin API. */
export class AttributeDto extends PutAttributeDto {
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class AttributeListDto {
  @ApiProperty({ type: [AttributeDto] })
  items: AttributeDto[];
}

/** A definition with all members of `PUT`. */
export const toPutAttribute = (definition: AttributeDefinition): Required<PutAttributeDto> => ({
  name: definition.name,
  type: definition.type,
  label: definition.label,
  description: definition.description,
  labels: definition.labels,
  descriptions: definition.descriptions,
  values: definition.allowedValues,
  owner_access: definition.ownerAccess,
});

export const toAttributeDto = (definition: AttributeDefinition): AttributeDto => ({
  ...toPutAttribute(definition),
  created_at: definition.createdAt,
  updated_at: definition.updatedAt,
});
