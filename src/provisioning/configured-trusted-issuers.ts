import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import {
  issuerChanges,
  TrustedIssuerRegistration,
} from '../clients/trusted-issuers/trusted-issuer-registration.js';
import type { PutTrustedIssuerDto } from '../clients/trusted-issuers/trusted-issuers.dto.js';
import { TrustedIssuersStore } from '../persistence/stores/trusted-issuers.store.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

/** The trusted issuers of files. */
@Injectable()
export class ConfiguredTrustedIssuers implements ConfiguredKind {
  readonly section = 'trusted_issuers';

  constructor(
    private readonly store: TrustedIssuersStore,
    private readonly registration: TrustedIssuerRegistration,
  ) {}

  plan({ trusted_issuers: issuers }: Configuration): Promise<PlannedItem[]> {
    return planEach(issuers, (issuer) => this.planOne(issuer));
  }

  async surplus({ trusted_issuers: issuers }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(issuers.map(({ name }) => name));
    const others = (await this.store.all()).filter(({ name }) => !named.has(name));
    return others.map(({ name }) =>
      deletionOf({ kind: 'trusted issuer', name, perform: () => this.registration.delete(name, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    return (await this.store.all()).map(({ name, enabled, members }) => ({ name, enabled, ...members }));
  }

  private async planOne(issuer: PutTrustedIssuerDto): Promise<PlannedItem> {
    const { name, ...members } = issuer;
    const kind = 'trusted issuer';
    const perform = (): Promise<unknown> => this.registration.put(issuer, actor);
    const present = await this.store.find(name);
    if (!present) {
      const changes = memberChanges({}, defined(members)) ?? {};
      return { kind, name, outcome: 'created', changes, perform };
    }
    return planOf({ kind, name, perform }, issuerChanges(present, issuer));
  }
}
