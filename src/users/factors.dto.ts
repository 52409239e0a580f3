import { ApiProperty } from '@nestjs/swagger';
import type { Authenticator } from '../persistence/entities/authenticator.entity.js';
import type { Passkey } from '../persistence/entities/passkey.entity.js';
import type { UserFactors } from '../persistence/stores/user-factors.store.js';

/** An authenticator app. */
export class AuthenticatorDto {
  @ApiProperty({ type: 'integer', description: 'Time at which it was set up, in seconds since the epoch' })
  created_at: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Time of the last code that was accepted, in seconds since the epoch',
  })
  last_used_at: number | null;
}

/** A passkey (WebAuthn). */
export class PasskeyDto extends AuthenticatorDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'My phone', description: 'Name that its owner gave it; may be empty' })
  name: string;

  @ApiProperty({
    example: '00000000-0000-0000-0000-000000000000',
    description: 'Model of the authenticator (AAGUID); zeros if it does not say',
  })
  aaguid: string;

  @ApiProperty({ description: 'Whether the key may be copied to other devices of its owner' })
  backup_eligible: boolean;
}

/** What a user signs in with. */
export class UserFactorsDto {
  @ApiProperty({ description: 'Whether the user has a password' })
  password: boolean;

  @ApiProperty({ type: AuthenticatorDto, nullable: true })
  authenticator: AuthenticatorDto | null;

  @ApiProperty({ type: [PasskeyDto] })
  passkeys: PasskeyDto[];

  @ApiProperty({ type: 'integer', description: 'Number of unused recovery codes' })
  recovery_codes: number;
}

/** The factors of a user in the form of the admin API. */
export function toUserFactorsDto(
  counts: UserFactors,
  authenticator: Authenticator | null,
  passkeys: readonly Passkey[],
): UserFactorsDto {
  return {
    password: counts.passwords > 0,
    authenticator: authenticator && {
      created_at: authenticator.createdAt,
      last_used_at: authenticator.lastUsedAt,
    },
    passkeys: passkeys.map((passkey) => ({
      id: passkey.id,
      name: passkey.name,
      aaguid: passkey.aaguid,
      backup_eligible: passkey.backupEligible,
      created_at: passkey.createdAt,
      last_used_at: passkey.lastUsedAt,
    })),
    recovery_codes: counts.recoveryCodes,
  };
}
