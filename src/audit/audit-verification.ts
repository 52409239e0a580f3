import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Secrets } from '../crypto/secrets.js';
import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';
import type { AuditSeal } from '../persistence/entities/audit-seal.entity.js';
import { AuditSealsStore } from '../persistence/stores/audit-seals.store.js';
import { beginning, digestOfDetail, digestOfEvent, hashOfSeal } from './seal-hashes.js';

/** Something that is not as it was sealed. */
export interface AuditFinding {
  readonly kind: 'changed' | 'removed' | 'inserted' | 'backdated' | 'erased' | 'seal';
  /** The number of the seal. */
  readonly seal: number;
  /** The id of the event, if it is known. */
  readonly event: string | null;
  readonly what: string;
}

/** What a verification found. */
export interface AuditVerification {
  readonly seals: number;
  readonly events: number;
  /** Events whose details were erased with their user. */
  readonly erased: number;
  readonly findings: readonly AuditFinding[];
}

const batchSize = 100;
/** An event that is this much older than those sealed before it was not written when it says. */
const maxDelaySeconds = 900;
const maxFindings = 1_000;

/** Checks the audit trail against its seals. */
@Injectable()
export class AuditVerifier {
  constructor(
    private readonly store: AuditSealsStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'auditTtl'>,
  ) {}

  async verify(): Promise<AuditVerification> {
    const findings: AuditFinding[] = [];
    const { auditTtl } = this.settings;
    const sweptUntil = auditTtl === 0 ? -1 : this.clock.now() - auditTtl;
    let [events, erased] = [0, 0];
    let former: Pick<AuditSeal, 'number' | 'hash' | 'lastAt'> = { number: 0, hash: beginning, lastAt: 0 };
    for (;;) {
      const seals = await this.store.after(former.number, batchSize);
      for (const seal of seals) {
        const covered = await this.store.eventsOf(seal.number);
        events += covered.length;
        erased += covered.filter(({ salt }) => salt === null).length;
        findings.push(...(await this.sealFindings(seal, former)), ...sealGap(seal, former));
        for (const event of covered) findings.push(...(await this.eventFindings(event, former.lastAt)));
        findings.push(...chainFindings(seal, covered, former, seal.firstAt <= sweptUntil));
        former = seal;
        if (findings.length > maxFindings) break;
      }
      if (seals.length < batchSize || findings.length > maxFindings) break;
    }
    for (const { id, seal } of await this.store.strays(former.number))
      findings.push({ kind: 'inserted', seal: seal ?? 0, event: id, what: 'its seal does not exist' });
    return { seals: former.number, events, erased, findings };
  }

  private async sealFindings(seal: AuditSeal, former: { readonly number: number }): Promise<AuditFinding[]> {
    const opened = await this.secrets.unseal('audit-seal', seal.hashSealed);
    const { number, hash } = (opened ?? {}) as { number?: unknown; hash?: unknown };
    if (number === seal.number && hash === seal.hash) return [];
    const what =
      opened === undefined
        ? 'the seal does not open: it was made with another secret, or changed'
        : 'the hash is not the one that was sealed';
    return [{ kind: 'seal', seal: Math.max(seal.number, former.number), event: null, what }];
  }

  private async eventFindings(event: AuditEvent, sealedUntil: number): Promise<AuditFinding[]> {
    const about = { seal: event.seal ?? 0, event: event.id };
    if (digestOfEvent(event) !== event.digest)
      return [{ kind: 'changed', ...about, what: 'the event is not as it was sealed' }];
    if (event.salt === null) {
      if (event.userId !== null && (await this.store.saysDeleted(event.userId))) return [];
      return [{ kind: 'erased', ...about, what: 'the detail was erased, and no user was deleted' }];
    }
    if (digestOfDetail(event.salt, event.detail) !== event.detailDigest)
      return [{ kind: 'changed', ...about, what: 'the detail is not as it was sealed' }];
    if (event.at < sealedUntil - maxDelaySeconds)
      return [{ kind: 'backdated', ...about, what: 'it was written after later events had been sealed' }];
    return [];
  }
}

/** A seal is missing between two others. */
function sealGap(seal: AuditSeal, former: { readonly number: number }): AuditFinding[] {
  if (seal.number === former.number + 1) return [];
  return [
    {
      kind: 'removed',
      seal: former.number + 1,
      event: null,
      what: 'the seal is missing, and what it covered',
    },
  ];
}

/** @param mayBeSwept whether the time of some of its events is over (`EYRIE_AUDIT_TTL`) */
function chainFindings(
  seal: AuditSeal,
  covered: readonly AuditEvent[],
  former: { readonly hash: string },
  mayBeSwept: boolean,
): AuditFinding[] {
  const missing = seal.events - covered.length;
  const about = { seal: seal.number, event: null };
  if (missing < 0)
    return [
      {
        kind: 'inserted',
        ...about,
        what: `${-missing} more than the ${seal.events} events that were sealed`,
      },
    ];
  if (missing > 0)
    return mayBeSwept
      ? []
      : [{ kind: 'removed', ...about, what: `${missing} of the ${seal.events} events that were sealed` }];
  const digests = covered.map(({ digest }) => digest);
  if (hashOfSeal(former.hash, digests) === seal.hash) return [];
  return [
    { kind: 'changed', ...about, what: 'the events, or the seal before, are not those that were sealed' },
  ];
}
