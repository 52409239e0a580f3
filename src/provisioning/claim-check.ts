import { Injectable } from '@nestjs/common';
import { toClaimRule } from '../directory/claim-rules.js';
import { claimRuleProblems } from '../protocol/claim-rules.js';
import { rulesOf } from './claim-entries.js';
import type { Configuration } from './configuration-file.js';
import { OwnerCheck } from './owner-check.js';
import type { PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the rules about claims of a configuration against the database. */
@Injectable()
export class ClaimCheck implements PartCheck {
  constructor(private readonly owners: OwnerCheck) {}

  async problems(configuration: Configuration): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [index, entry] of configuration.claims.entries()) {
      const refuse = ({ field, reason }: { field: string; reason: string }): void =>
        void problems.push({ path: ['claims', index, field], reason });
      for (const rule of rulesOf(entry)) claimRuleProblems(toClaimRule(rule)).forEach(refuse);
      for (const named of [
        { client_id: entry.client_id ?? undefined },
        { resource: entry.resource ?? undefined },
      ]) {
        const fault = await this.owners.fault(named, configuration);
        if (fault) refuse(fault);
      }
    }
    return problems;
  }
}
