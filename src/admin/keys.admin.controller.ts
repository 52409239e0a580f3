import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { KeyRing } from '../keys/key-ring.js';
import { KeyWithdrawal } from '../keys/key-withdrawal.js';
import { nextKey } from '../keys/next-key.js';
import type { SigningKey } from '../persistence/entities/signing-key.entity.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PathReference } from '../resource/path-parameters.js';
import {
  KeyPreviewQuery,
  KeyRotationDto,
  KeyWithdrawalDto,
  RotateKeysDto,
  SigningKeyListDto,
  toSigningKeyDto,
} from './keys.dto.js';

const noKey = 'there is no key 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

/** The admin API for signing keys. For administrators and service clients. */
@ApiTags('Keys')
@Controller(`${endpoints.admin}/keys`)
export class KeysAdminController {
  constructor(
    private readonly keys: SigningKeysStore,
    private readonly keyRing: KeyRing,
    private readonly withdrawal: KeyWithdrawal,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AdminRead('keys', {
    summary: 'List signing keys',
    description:
      'The next, active and retired ones, without their private parts. The public parts are in the key set (`/jwks`).',
    returns: SigningKeyListDto,
  })
  async listKeys(): Promise<SigningKeyListDto> {
    const kept = await this.keys.kept(this.clock.now());
    return { items: kept.map((key) => toSigningKeyDto(key, this.keyRing.timesOf(key))) };
  }

  @Post('rotate')
  @AdminWrite('keys', {
    summary: 'Rotate signing keys',
    description:
      'The next keys sign, the active ones retire, and new next keys are published. Retired keys stay in the key set until the last token that they signed has expired, so nothing stops to verify. Other replicas follow within seconds.',
    returns: KeyRotationDto,
    body: {
      type: RotateKeysDto,
      examples: { ES256: { summary: 'The keys of one algorithm', value: { algorithms: ['ES256'] } } },
    },
    refuses: { 409: 'the next ES256 key was published 5 seconds ago, and cached key sets may lack it' },
  })
  async rotateKeys(
    @Query() { dry_run: dryRun }: KeyPreviewQuery,
    @Body() { algorithms = this.keyRing.algorithms, force = false }: RotateKeysDto,
    @Actor() actor: Originator,
  ): Promise<KeyRotationDto> {
    const now = this.clock.now();
    if (!dryRun) await this.keyRing.provide(algorithms);
    const before = await this.keys.kept(now);
    const items = algorithms.map((alg) => {
      const retiring = before.find((key) => key.alg === alg && key.state === 'active');
      return {
        alg,
        active: retiring ? nextKey(before, alg, now, force).kid : null,
        retired: retiring?.kid ?? null,
        retired_published_until: retiring ? this.keyRing.publishedUntil(now) : null,
      };
    });
    if (dryRun) return { items };
    const activated = await this.keyRing.rotate(algorithms, actor, { force });
    return { items: items.map((item, index) => ({ ...item, active: activated[index] ?? item.active })) };
  }

  @Post(':kid/withdraw')
  @AdminWrite('keys', {
    summary: 'Withdraw a key whose private part may be known',
    description:
      'Takes the key out of the key set at once: nothing that it signed verifies any more. The response says what that is. If the key is active, its successor signs at once. Other replicas, and services that cache the key set, follow within a minute.',
    returns: KeyWithdrawalDto,
    refuses: { 404: noKey },
  })
  async withdrawKey(
    @PathReference('kid') kid: string,
    @Query() { dry_run: dryRun }: KeyPreviewQuery,
    @Actor() actor: Originator,
  ): Promise<KeyWithdrawalDto> {
    const key = await this.withdrawal.require(kid);
    const answer = this.describe(key, await this.keys.kept(this.clock.now()));
    if (!dryRun) await this.withdrawal.withdraw(kid, actor);
    return answer;
  }

  private describe(key: SigningKey, keys: readonly SigningKey[]): KeyWithdrawalDto {
    const { kid, alg, state, activatedAt, retiredAt } = key;
    const now = this.clock.now();
    const { lastTokenExpires } = this.keyRing.timesOf(key);
    const successor = keys.find((other) => other.alg === alg && other.state === 'next');
    return {
      kid,
      alg,
      signed_from: activatedAt,
      signed_until: activatedAt === null ? null : (retiredAt ?? now),
      tokens_expire_by: lastTokenExpires !== null && lastTokenExpires > now ? lastTokenExpires : null,
      successor: state === 'active' ? (successor?.kid ?? null) : null,
    };
  }
}
