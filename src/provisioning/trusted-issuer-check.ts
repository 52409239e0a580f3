import { Injectable } from '@nestjs/common';
import { TrustedIssuerRegistration } from '../clients/trusted-issuers/trusted-issuer-registration.js';
import type { Configuration } from './configuration-file.js';
import type { PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the trusted issuers of a configuration. */
@Injectable()
export class TrustedIssuerCheck implements PartCheck {
  constructor(private readonly registration: TrustedIssuerRegistration) {}

  problems({ trusted_issuers: issuers }: Configuration): Problem[] {
    return issuers.flatMap((issuer, index) =>
      this.registration
        .problems(issuer)
        .map(({ member, reason }) => ({ path: ['trusted_issuers', index, member], reason })),
    );
  }
}
