import { Injectable } from '@nestjs/common';
import { AssertionPolicyRegistration } from '../clients/assertion-policies/assertion-policy-registration.js';
import { TrustedIssuerRegistration } from '../clients/trusted-issuers/trusted-issuer-registration.js';
import type { Configuration } from './configuration-file.js';
import type { PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the trusted issuers and the assertion policies of a configuration. */
@Injectable()
export class AssertionCheck implements PartCheck {
  constructor(
    private readonly issuers: TrustedIssuerRegistration,
    private readonly policies: AssertionPolicyRegistration,
  ) {}

  problems({ trusted_issuers: issuers, assertion_policies: policies }: Configuration): Problem[] {
    return [
      ...problemsOf('trusted_issuers', issuers, (issuer) => this.issuers.problems(issuer)),
      ...problemsOf('assertion_policies', policies, (policy) => this.policies.problems(policy)),
    ];
  }
}

const problemsOf = <Entry>(
  section: string,
  entries: readonly Entry[],
  problems: (entry: Entry) => readonly { readonly member: string; readonly reason: string }[],
): Problem[] =>
  entries.flatMap((entry, index) =>
    problems(entry).map(({ member, reason }) => ({ path: [section, index, member], reason })),
  );
