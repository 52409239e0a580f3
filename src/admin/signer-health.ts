import { Injectable } from '@nestjs/common';
import { HealthDetails } from '../http/health-details.js';
import { Signers } from '../keys/signers/signers.js';

/** Has the readiness probe name a signer that is away. The service stays ready for all else, which other replicas could do no better. */
@Injectable()
export class SignerHealth {
  constructor(signers: Signers, details: HealthDetails) {
    details.register('signer', () => {
      const problems = signers.problems();
      return Object.keys(problems).length > 0 ? problems : undefined;
    });
  }
}
