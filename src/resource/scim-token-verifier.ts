import type { AccessToken } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { ScimTokensStore } from '../persistence/stores/scim-tokens.store.js';
import { scimScope } from './rights.js';
import { unknownToken } from './unknown-token.js';

/** What distinguishes tokens of provisioning clients from access tokens; secret scanners find them by it. */
export const scimTokenPrefix = 'eyrie_scim_';

export const isScimToken = (token: string): boolean => token.startsWith(scimTokenPrefix);

/** The claim that says whether the e-mail addresses that come with a token count as verified. */
export const verifiesEmailsClaim = 'verifies_emails';

/** No token of this kind expires later than this (seconds since the epoch) if it has no expiry. */
const never = 253_402_300_799;

/** A use is noted once in this time. */
const useSeconds = 60;

/** Verifies the long-lived tokens of provisioning clients, which administrators make. They hold the scope for SCIM and no other. */
@Injectable()
export class ScimTokenVerifier {
  constructor(
    private readonly tokens: ScimTokensStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws InvalidToken */
  async verify(token: string): Promise<AccessToken> {
    const now = this.clock.now();
    const row = await this.tokens.findActive(lookupHash(token), now);
    if (!row) throw unknownToken();
    if (row.lastUsedAt === null || row.lastUsedAt < now - useSeconds)
      // Nobody is refused because the note cannot be written.
      await this.tokens.noteUse(row.id, now, now - useSeconds).catch(() => undefined);
    const name = `scim:${row.name}`;
    return {
      subject: name,
      clientId: name,
      scopes: new Set([scimScope]),
      audience: [this.settings.issuer],
      expiresAt: row.expiresAt ?? never,
      claims: { sub: name, [verifiesEmailsClaim]: row.verifiesEmails, unlimited: new Set([scimScope]) },
    };
  }
}
