import { ApiProperty } from '@nestjs/swagger';
import { type SigningAlgorithm, signingAlgorithms } from '../../keys/jws.js';
import type { AssertionPolicy } from '../../persistence/entities/assertion-policy.entity.js';
import { scopeValues } from '../../protocol/scope.js';
import {
  ChoiceField,
  FlagField,
  IntegerField,
  maxClientIdLength,
  TextField,
  TextsField,
  WebAddressField,
} from '../../resource/fields.js';
import { identifierPattern } from '../../resource/resource-rules.js';
import { type AssertionPolicyMembers, assertionLifetimeSeconds, loadedPolicy } from './definition.js';

const { min, max } = assertionLifetimeSeconds;

/** What a client may be vouched for, at one authorization server, for which people. */
export class PutAssertionPolicyDto implements AssertionPolicyMembers {
  @TextField({
    maxLength: 63,
    pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
    patternMeaning: 'must be lower-case letters, digits and hyphens',
    example: 'assistant-at-chat',
    description: 'What you call it. A client may have several, for other audiences, people or scopes',
  })
  name: string;

  @FlagField({
    optional: true,
    example: true,
    description: 'Whether assertions are issued by it; true if omitted',
  })
  enabled?: boolean;

  @TextField({
    maxLength: maxClientIdLength,
    example: 'assistant',
    description: 'client_id of the client here, which exchanges its tokens for assertions',
  })
  client_id: string;

  @WebAddressField({
    example: 'https://chat.example.com',
    description: 'Issuer identifier of the authorization server of the resource, byte for byte',
  })
  audience: string;

  @TextField({
    maxLength: 512,
    optional: true,
    example: 'f53f191f9311af35',
    description: 'client_id of the same client there; that of here if omitted',
  })
  audience_client_id?: string;

  @TextField({
    maxLength: maxClientIdLength,
    optional: true,
    example: 'chat',
    description:
      'client_id here of the client as which the audience signs people in: sub is what that client knows them by. The id of the user if omitted',
  })
  sso_client_id?: string;

  @TextsField(
    { maxLength: 255, maxItems: 50 },
    {
      optional: true,
      example: ['engineering'],
      description: 'Names of groups: for whom it holds, members of groups below them included',
    },
  )
  groups?: string[];

  @FlagField({
    optional: true,
    example: false,
    description: 'Whether it holds for everyone, instead of groups; false if omitted',
  })
  everyone?: boolean;

  @TextField({
    maxLength: 4_096,
    pattern: scopeValues,
    patternMeaning: 'must be scope values separated by single spaces (RFC 6749 §3.3)',
    example: 'chat.read chat.history',
    description: 'Scopes of the audience that an assertion may have; all of them if the client names none',
  })
  scope: string;

  @TextsField(
    {
      maxLength: 512,
      maxItems: 50,
      pattern: identifierPattern,
      patternMeaning: 'must be an absolute URI without a fragment',
    },
    {
      optional: true,
      example: ['https://api.chat.example.com'],
      description: 'Resources that an assertion may name; all of them if the client names none',
    },
  )
  resources?: string[];

  @TextsField(
    { maxLength: 255, maxItems: 10 },
    {
      optional: true,
      example: ['https://refeds.org/profile/mfa'],
      description: 'Context classes, one of which the sign-in must have reached (RFC 9470)',
    },
  )
  acr_values?: string[];

  @IntegerField({
    min: 0,
    max: 31_536_000,
    optional: true,
    example: 28_800,
    description: 'Seconds since the sign-in at most; any number if omitted',
  })
  max_age?: number;

  @FlagField({
    optional: true,
    example: true,
    description: 'Whether the assertion has email and email_verified; false if omitted',
  })
  include_email?: boolean;

  @IntegerField({
    min,
    max,
    optional: true,
    example: max,
    description: `Seconds that an assertion lasts; ${max} if omitted`,
  })
  lifetime?: number;

  @ChoiceField({
    values: signingAlgorithms,
    optional: true,
    example: 'RS256',
    description: 'Algorithm of its signature; RS256 if omitted',
  })
  signing_alg?: SigningAlgorithm;
}

/** A policy in the form of the admin API, with the defaults. */
export class AssertionPolicyDto extends PutAssertionPolicyDto {
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class AssertionPolicyListDto {
  @ApiProperty({ type: [AssertionPolicyDto] })
  items: AssertionPolicyDto[];
}

export function toAssertionPolicyDto(policy: AssertionPolicy): AssertionPolicyDto {
  const { enabled, createdAt: created_at, updatedAt: updated_at } = policy;
  return { ...loadedPolicy(policy), enabled, created_at, updated_at } as AssertionPolicyDto;
}
