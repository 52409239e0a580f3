import { ApiProperty, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, ValidateBy } from 'class-validator';
import type { StoredClaimRule } from '../persistence/entities/claim-rule.entity.js';
import {
  type ClaimPlace,
  claimPlaces,
  type ClaimSource,
  claimSources,
  type FixedValue,
  ruleMembers,
} from '../protocol/claim-rules.js';
import { shownText } from '../protocol/shown-text.js';
import { IsTexts } from '../resource/field-checks.js';
import { ChoiceField, Field, maxClientIdLength, TextField } from '../resource/fields.js';
import { PageOf } from '../resource/paging.dto.js';
import { maxIdentifierLength } from '../resource/path-parameters.js';
import { type ClaimRuleDefinition, toDefinition } from './claim-rules.js';
import { maxNameLength } from './groups.dto.js';

const claimBounds = { minLength: 1, maxLength: 255, maxItems: 6 };
const textBounds = { minLength: 1, maxLength: 1_024 };
const listBounds = { minLength: 1, maxLength: 255, maxItems: 100 };

const schemaOfTexts = ({ minLength, maxLength, maxItems }: typeof claimBounds) => ({
  type: 'array',
  items: { type: 'string', minLength, maxLength },
  maxItems,
  uniqueItems: true,
});

const hasLength = (text: unknown, { minLength, maxLength }: { minLength: number; maxLength: number }) =>
  typeof text === 'string' &&
  text.length <= 2 * maxLength &&
  Array.from(text).length >= minLength &&
  Array.from(text).length <= maxLength;

const isFixedValue = (value: unknown): boolean =>
  typeof value === 'boolean' ||
  hasLength(value, textBounds) ||
  (Array.isArray(value) &&
    value.length <= listBounds.maxItems &&
    new Set(value).size === value.length &&
    value.every((item) => hasLength(item, listBounds)));

/** A rule that says which claim tokens hold. */
export class CreateClaimRuleDto implements ClaimRuleDefinition {
  @TextField({
    maxLength: maxNameLength,
    ...shownText,
    example: 'groups for Argo CD',
    description: 'What you call the rule; no two rules have the same name',
  })
  name: string;

  @Field({ ...schemaOfTexts(claimBounds), minItems: 1 }, [IsTexts(claimBounds), ArrayMinSize(1)], {
    example: ['groups'],
    description:
      'The name of the claim. Several names lead to a member inside of it: ["realm_access", "roles"]. Claims that a specification owns (iss, sub, aud, exp, scope, …) cannot be set',
  })
  claim: string[];

  @ChoiceField({
    values: claimSources,
    example: 'groups',
    description:
      'Where the value comes from: a member of the profile; an attribute of users; the names of all groups; the names of the roles of the service, of the client and of the resources in the audience; or the same value for everybody',
  })
  source: ClaimSource;

  @TextField({
    maxLength: 255,
    nullable: true,
    example: null,
    description: `With the source attribute: its name. With the source profile: one of ${ruleMembers.join(', ')}`,
  })
  member?: string | null;

  @Field(
    {
      oneOf: [{ type: 'string', ...textBounds }, { type: 'boolean' }, schemaOfTexts(listBounds)],
    },
    [
      ValidateBy(
        { name: 'isFixedValue', validator: { validate: isFixedValue } },
        { message: '$property must be a text, true or false, or a list of different texts' },
      ),
    ],
    { nullable: true, example: null, description: 'With the source constant: the value' },
  )
  constant?: FixedValue | null;

  @Field(
    {
      type: 'array',
      items: { type: 'string', enum: [...claimPlaces] },
      minItems: 1,
      maxItems: claimPlaces.length,
      uniqueItems: true,
    },
    [
      IsArray(),
      ArrayMinSize(1),
      ArrayMaxSize(claimPlaces.length),
      ArrayUnique(),
      IsIn(claimPlaces, { each: true }),
    ],
    { example: ['id_token', 'userinfo'], description: 'Where the claim goes' },
  )
  in: ClaimPlace[];

  @TextField({
    maxLength: 255,
    pattern: /^[\x21\x23-\x5b\x5d-\x7e]+$/,
    patternMeaning: 'must be one scope: printable ASCII without spaces, quotes and backslashes',
    nullable: true,
    example: null,
    description: 'Only where this scope was granted',
  })
  scope?: string | null;

  @TextField({
    maxLength: maxClientIdLength,
    nullable: true,
    example: null,
    description: 'Only for this client',
  })
  client_id?: string | null;

  @TextField({
    maxLength: maxIdentifierLength,
    nullable: true,
    example: null,
    description: 'Only in access tokens for this resource, and in what introspection says of them',
  })
  resource?: string | null;
}

/** Changes of a rule. Omitted fields keep their values; null removes a value. */
export class UpdateClaimRuleDto extends PartialType(CreateClaimRuleDto, { skipNullProperties: false }) {}

/** A rule in the form of the admin API. */
export class ClaimRuleDto extends CreateClaimRuleDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class ClaimRulePageDto extends PageOf(ClaimRuleDto) {}

/** A rule of a preset. */
export class PresetRuleDto extends PartialType(CreateClaimRuleDto) {}

/** Rules that make an application work as its own documentation has it. */
export class ClaimPresetDto {
  @ApiProperty({ example: 'kubernetes' })
  preset: string;

  @ApiProperty({ description: 'What it is for, and the setting of the application that names the claim' })
  means: string;

  @ApiProperty({ type: [PresetRuleDto], description: 'Its rules, to which you add a name and a client_id' })
  rules: PresetRuleDto[];
}

export class ClaimPresetListDto {
  @ApiProperty({ type: [ClaimPresetDto] })
  items: ClaimPresetDto[];
}

export const toClaimRuleDto = (rule: StoredClaimRule): ClaimRuleDto => {
  const { claim, in: places, constant, ...definition } = toDefinition(rule);
  return {
    id: rule.id,
    ...definition,
    constant,
    claim: [...claim],
    in: [...places],
    created_at: rule.createdAt,
    updated_at: rule.updatedAt,
  };
};
