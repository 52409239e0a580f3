import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, IsArray, IsIn, IsObject, ValidateBy } from 'class-validator';
import type { TrustedIssuer } from '../../persistence/entities/trusted-issuer.entity.js';
import { HasKeys, keySetSchema } from '../key-set-field.js';
import type { JwkSet } from '../../protocol/public-jwks.js';
import { scopeValues } from '../../protocol/scope.js';
import {
  ChoiceField,
  Field,
  FlagField,
  IntegerField,
  TextField,
  TextsField,
  WebAddressField,
} from '../../resource/fields.js';
import {
  type AssertedSubject,
  assertedSubjects,
  type AssertionKind,
  assertionKinds,
  assertionSigningAlgorithms,
  issuerDefinitionOf,
  type TrustedIssuerMembers,
} from './definition.js';
import { type IssuerPresetName, issuerPresetNames } from './presets.js';

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

const claimBounds = { maxNames: 20, maxItems: 50, maxLength: 300 };

const isClaims = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= claimBounds.maxNames &&
  Object.values(value).every(
    (patterns: unknown) =>
      Array.isArray(patterns) &&
      patterns.length > 0 &&
      patterns.length <= claimBounds.maxItems &&
      patterns.every(
        (text) => typeof text === 'string' && text !== '' && text.length <= claimBounds.maxLength,
      ),
  );

/** An issuer whose assertions are trusted. What is omitted is that of the preset, or the default. */
export class PutTrustedIssuerDto implements TrustedIssuerMembers {
  @TextField({
    maxLength: 63,
    pattern: namePattern,
    patternMeaning: 'must be lower-case letters, digits and hyphens',
    example: 'github-deployments',
    description: 'What you call it. Several may have the same issuer, each with its own claims',
  })
  name: string;

  @FlagField({
    optional: true,
    example: true,
    description: 'Whether its assertions are accepted; true if omitted',
  })
  enabled?: boolean;

  @ChoiceField({
    values: issuerPresetNames,
    optional: true,
    example: 'github_actions',
    description: 'Known platform, whose keys, algorithms and bounds are filled in',
  })
  preset?: IssuerPresetName;

  @WebAddressField({
    optional: true,
    example: 'https://token.actions.githubusercontent.com',
    description: 'The claim iss of its assertions, byte for byte; that of the preset if omitted',
  })
  issuer?: string;

  @WebAddressField({
    optional: true,
    example: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    description: 'URL of its public keys, https at a public address',
  })
  jwks_uri?: string;

  @Field(keySetSchema, [HasKeys(), IsObject()], {
    optional: true,
    description: 'Its public keys, a JWK Set, instead of jwks_uri',
  })
  jwks?: JwkSet;

  @Field(
    {
      type: 'array',
      items: { type: 'string', enum: [...assertionSigningAlgorithms] },
      minItems: 1,
      maxItems: assertionSigningAlgorithms.length,
    },
    [IsArray(), ArrayMinSize(1), IsIn(assertionSigningAlgorithms, { each: true })],
    { optional: true, example: ['RS256'], description: 'Algorithms of its signatures' },
  )
  algorithms?: string[];

  @TextsField(
    { maxLength: 512, maxItems: 10 },
    {
      optional: true,
      example: [],
      description:
        'Audiences of its assertions; the issuer of Eyrie if omitted. Required with the kind subject-token, where they are those of the services',
    },
  )
  audiences?: string[];

  @IntegerField({
    min: 30,
    max: 86_400,
    optional: true,
    example: 3_600,
    description: 'Seconds that an assertion may last: 3600 if omitted, and 600 at most with the kind id-jag',
  })
  max_lifetime?: number;

  @FlagField({
    optional: true,
    example: true,
    description:
      'Whether each assertion needs a jti and is accepted once; true if omitted, and false with the kind subject-token',
  })
  require_jti?: boolean;

  @ChoiceField({
    values: assertionKinds,
    optional: true,
    example: 'jwt',
    description:
      'id-jag: identity assertions for a client (typ oauth-id-jag+jwt); subject-token: tokens about people, with which services are called and which they exchange (RFC 8693); jwt if omitted',
  })
  kind?: AssertionKind;

  @ChoiceField({
    values: assertedSubjects,
    optional: true,
    example: 'client',
    description:
      'Whom the tokens are about: the client itself, or a user who exists here. Somebody who administers is only found by a linked identity',
  })
  subject?: AssertedSubject;

  @TextField({
    optional: true,
    maxLength: 63,
    example: 'acme',
    description: 'Alias of the upstream under which sub is linked to a user',
  })
  upstream?: string;

  @TextsField(
    { maxLength: 253, maxItems: 100 },
    {
      optional: true,
      example: ['example.com'],
      description:
        'Domains whose verified addresses (email, email_verified) find a user, if sub is not linked',
    },
  )
  trusted_email_domains?: string[];

  @TextField({
    optional: true,
    maxLength: 255,
    example: 'preferred_username',
    description: 'Claim with the username of the user, if the other ways find nobody',
  })
  username_claim?: string;

  @TextsField(
    { maxLength: 255, maxItems: 100, minItems: 1 },
    { example: ['deployer'], description: 'client_id of each client that may present its assertions' },
  )
  clients: string[];

  @TextField({
    optional: true,
    minLength: 0,
    maxLength: 4_096,
    pattern: scopeValues,
    patternMeaning: 'must be scope values separated by single spaces (RFC 6749 §3.3)',
    example: 'contacts.read',
    description: 'Scopes that the tokens may have, as far as the client may have them; none if omitted',
  })
  scope?: string;

  @TextsField(
    { maxLength: 512, maxItems: 50 },
    {
      optional: true,
      example: ['https://contacts.example.com'],
      description: 'Resources that the tokens may be for; those that the scopes belong to if omitted',
    },
  )
  resources?: string[];

  @Field(
    {
      type: 'object',
      maxProperties: claimBounds.maxNames,
      additionalProperties: {
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: claimBounds.maxLength },
        minItems: 1,
        maxItems: claimBounds.maxItems,
      },
    },
    [
      ValidateBy(
        { name: 'isClaims', validator: { validate: isClaims } },
        { message: '$property must be an object of claims, each with a list of values' },
      ),
    ],
    {
      optional: true,
      example: { repository: ['acme/shop'], ref: ['refs/heads/main'] },
      description: 'Claims that are needed, each with its values; a value that ends with * is a prefix',
    },
  )
  claims?: Record<string, string[]>;
}

/** An issuer in the form of the admin API, with what follows from its preset and the defaults. */
export class TrustedIssuerDto extends PutTrustedIssuerDto {
  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  updated_at: number;
}

export class TrustedIssuerListDto {
  @ApiProperty({ type: [TrustedIssuerDto] })
  items: TrustedIssuerDto[];
}

export const toTrustedIssuerDto = (issuer: TrustedIssuer): TrustedIssuerDto =>
  ({
    ...issuerDefinitionOf(issuer.members as unknown as TrustedIssuerMembers),
    name: issuer.name,
    enabled: issuer.enabled,
    created_at: issuer.createdAt,
    updated_at: issuer.updatedAt,
  }) as TrustedIssuerDto;
