import { Resolver } from 'node:dns/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';

/** For each server, and for a try. */
const timeoutMilliseconds = 2_000;
const maxTries = 2;
/** For the whole look-up, whatever servers answer. */
const wholeMilliseconds = 5_000;
/** Records of a name beyond these are not read. */
const maxRecords = 100;

/** A look-up that failed: whether there is such a record is not known. */
export class LookupError extends Error {
  override readonly name = 'LookupError';
}

/** Reads TXT records, at the servers of `EYRIE_DNS_SERVERS` or those of the machine. */
@Injectable()
export class TxtRecords {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /**
   * The texts of the TXT records of a name, the parts of each joined (RFC 1035 §3.3.14); none if there are no such records.
   * @param deadlineMilliseconds for the whole look-up
   * @throws LookupError
   */
  async find(name: string, deadlineMilliseconds = wholeMilliseconds): Promise<string[]> {
    const resolver = new Resolver({ timeout: timeoutMilliseconds, tries: maxTries });
    if (this.settings.dnsServers.length > 0) resolver.setServers(this.settings.dnsServers);
    const deadline = setTimeout(() => resolver.cancel(), deadlineMilliseconds);
    try {
      const records = await resolver.resolveTxt(name);
      return records.slice(0, maxRecords).map((parts) => parts.join(''));
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
      throw new LookupError(problems[code] ?? 'DNS gave no usable answer');
    } finally {
      clearTimeout(deadline);
    }
  }
}

const problems: Readonly<Record<string, string>> = {
  ETIMEOUT: 'DNS did not answer in time',
  ECANCELLED: 'DNS did not answer in time',
  ECONNREFUSED: 'no DNS server could be reached',
  ESERVFAIL: 'DNS answered that it failed',
  EREFUSED: 'DNS refused to answer',
};
