import { Injectable } from '@nestjs/common';
import { UpstreamRegistration } from '../sign-in/upstream/upstream-registration.js';
import type { Configuration } from './configuration-file.js';
import { isSecretRefused } from './named-secret.js';
import type { PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the upstreams of a configuration. */
@Injectable()
export class UpstreamCheck implements PartCheck {
  constructor(private readonly registration: UpstreamRegistration) {}

  /** What prevents that the upstreams of the file are applied. */
  async problems({ upstreams, problems: before }: Configuration): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [index, upstream] of upstreams.entries()) {
      const hasProblem = isSecretRefused(before, ['upstreams', index], 'client_secret');
      for (const { member, reason } of await this.registration.problems(upstream))
        if (!(member === 'client_secret' && hasProblem))
          problems.push({ path: ['upstreams', index, member], reason });
    }
    return problems;
  }
}
