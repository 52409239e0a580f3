import { Injectable } from '@nestjs/common';
import type { Configuration } from './configuration-file.js';
import type { Section } from './sections.js';
import { ClaimCheck } from './claim-check.js';
import { ClientCheck } from './client-check.js';
import { DetailTypeCheck } from './detail-type-check.js';
import { DirectoryCheck } from './directory-check.js';
import { ResourceCheck } from './resource-check.js';
import { TrustedIssuerCheck } from './trusted-issuer-check.js';
import { UpstreamCheck } from './upstream-check.js';
import { UserCheck } from './user-check.js';

/** Checks a configuration against the database, before anything is written. */
@Injectable()
export class ConfigurationCheck {
  constructor(
    private readonly resourceCheck: ResourceCheck,
    private readonly detailTypeCheck: DetailTypeCheck,
    private readonly clientCheck: ClientCheck,
    private readonly userCheck: UserCheck,
    private readonly directoryCheck: DirectoryCheck,
    private readonly claimCheck: ClaimCheck,
    private readonly upstreamCheck: UpstreamCheck,
    private readonly trustedIssuerCheck: TrustedIssuerCheck,
  ) {}

  /**
   * @param prune the sections whose other entries will be deleted
   * @throws ConfigurationError naming every problem
   */
  async check(configuration: Configuration, prune: readonly Section[]): Promise<void> {
    const resources = await this.resourceCheck.resourcesAfter(configuration, prune.includes('resources'));
    configuration.refuse([
      ...configuration.problems,
      ...resources.problems,
      ...(await this.detailTypeCheck.problems(configuration, prune)),
      ...(await this.clientCheck.problems(configuration, resources)),
      ...(await this.directoryCheck.problems(configuration, prune)),
      ...(await this.claimCheck.problems(configuration)),
      ...(await this.userCheck.problems(configuration)),
      ...(await this.upstreamCheck.problems(configuration)),
      ...this.trustedIssuerCheck.problems(configuration),
    ]);
  }
}
