import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { signingAlgorithms, type SigningAlgorithm } from '../keys/jws.js';
import type { KeyTimes } from '../keys/key-ring.js';
import { signerNames, type SigningKey } from '../persistence/entities/signing-key.entity.js';
import { Field, FlagField, QueryFlagField } from '../resource/fields.js';

const nextUse =
  'next: published, and signs after the next rotation; active: signs; retired: verifies what it signed';

/** A signing key, without its private part. */
export class SigningKeyDto {
  @ApiProperty({ example: 'Sx6IX3kOGY8Nkzs_QDf8KYbEgs9vVwD8pb5Pj1nHEcE' })
  kid: string;

  @ApiProperty({ enum: signingAlgorithms })
  alg: string;

  @ApiProperty({ enum: ['next', 'active', 'retired'], description: nextUse })
  state: string;

  @ApiProperty({
    enum: signerNames,
    description:
      'Where its private part is: local (in the database, encrypted) or pkcs11 (in a hardware security module)',
  })
  signer: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the epoch' })
  created_at: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Since when it signs, or signed' })
  activated_at: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Since when it no longer signs' })
  retired_at: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Until when it is in the key set, so that the last token that it signed verifies; null if it is not retired',
  })
  published_until: number | null;
}

export class SigningKeyListDto {
  @ApiProperty({ type: [SigningKeyDto], description: 'Oldest first' })
  items: SigningKeyDto[];
}

/** Which keys are rotated. */
export class RotateKeysDto {
  @Field(
    {
      type: 'array',
      items: { type: 'string', enum: [...signingAlgorithms] },
      maxItems: signingAlgorithms.length,
      uniqueItems: true,
    },
    [
      IsArray(),
      ArrayMaxSize(signingAlgorithms.length),
      ArrayUnique(),
      IsIn(signingAlgorithms, { each: true }),
    ],
    {
      optional: true,
      example: ['ES256'],
      description: 'The algorithms; if omitted, all that there are keys of',
    },
  )
  algorithms?: SigningAlgorithm[];

  @FlagField({
    default: false,
    description:
      'Whether to rotate although the next key was published less than a minute ago, so that tokens may fail to verify until caches have it',
  })
  force?: boolean;
}

/** Whether the call only shows what it would do. */
export class KeyPreviewQuery {
  @QueryFlagField({ default: false, description: 'Shows what would happen, and changes nothing' })
  dry_run: boolean = false;
}

/** The keys of an algorithm after a rotation. */
export class RotatedKeyDto {
  @ApiProperty({ enum: signingAlgorithms })
  alg: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The key that signs; null in a preview, if there are no keys of the algorithm yet',
  })
  active: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The key that signed before' })
  retired: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Until when the retired key is in the key set, in seconds since the epoch',
  })
  retired_published_until: number | null;
}

export class KeyRotationDto {
  @ApiProperty({ type: [RotatedKeyDto] })
  items: RotatedKeyDto[];
}

/** What stops to verify when a key is withdrawn. */
export class KeyWithdrawalDto {
  @ApiProperty()
  kid: string;

  @ApiProperty({ enum: signingAlgorithms })
  alg: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Since when it signed; null if it never did' })
  signed_from: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Until when it signed, in seconds since the epoch',
  })
  signed_until: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'When the last token that it signed would have expired. Unexpired tokens that it signed stop to verify; null if there is none',
  })
  tokens_expire_by: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The key that signs in its place; null if it was not the active one',
  })
  successor: string | null;
}

export const toSigningKeyDto = (key: SigningKey, { publishedUntil }: KeyTimes): SigningKeyDto => ({
  kid: key.kid,
  alg: key.alg,
  state: key.state,
  signer: key.signer,
  created_at: key.createdAt,
  activated_at: key.activatedAt,
  retired_at: key.retiredAt,
  published_until: publishedUntil,
});
