import { ConflictException, Injectable } from '@nestjs/common';
import { LookupError, TxtRecords } from '../../outbound/txt-records.js';
import type { OrganizationDomain } from '../../persistence/entities/organization-domain.entity.js';
import { challengeLabel } from './domain-name.js';

/** The record that proves that a domain belongs to an organization. */
export interface ProvingRecord {
  readonly name: string;
  readonly value: string;
}

export const provingRecordOf = ({
  domain,
  challenge,
}: Pick<OrganizationDomain, 'domain' | 'challenge'>): ProvingRecord => ({
  name: `${challengeLabel}.${domain}`,
  value: `eyrie-verification=${challenge}`,
});

/** Looks in DNS whether a domain belongs to an organization. */
@Injectable()
export class DomainProofs {
  constructor(private readonly records: TxtRecords) {}

  /** @throws ConflictException if there is no such record, or none can be found out */
  async require(domain: OrganizationDomain): Promise<void> {
    const { name, value } = provingRecordOf(domain);
    const found = await this.find(name);
    if (found.includes(value)) return;
    throw new ConflictException(`no TXT record of ${name} is ${value}: it has ${recordsIn(found.length)}`);
  }

  private async find(name: string): Promise<string[]> {
    try {
      return await this.records.find(name);
    } catch (error) {
      if (!(error instanceof LookupError)) throw error;
      throw new ConflictException(`the TXT records of ${name} cannot be looked up: ${error.message}`);
    }
  }
}

const recordsIn = (count: number): string =>
  count === 0 ? 'none' : count === 1 ? 'one other record' : `${count} other records`;
