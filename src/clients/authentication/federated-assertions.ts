import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { OAuthError } from '../../protocol/errors.js';
import type { RegisteredClient } from '../registered-client.js';
import { AssertionRefused, BearerAssertions } from '../trusted-issuers/bearer-assertions.js';

/** Assertions by which a trusted issuer, such as the platform on which a client runs, vouches for the client: it has no secret here. */
@Injectable()
export class FederatedAssertions {
  constructor(
    private readonly assertions: BearerAssertions,
    private readonly clock: Clock,
  ) {}

  /**
   * Accepts an assertion of the issuer and about the subject that the client is registered with.
   * @throws OAuthError invalid_client
   */
  async accept(client: RegisteredClient, jwt: string): Promise<true> {
    const { eyrieFederatedIssuer: issuer, eyrieFederatedSubject: subject } = client.metadata;
    const now = this.clock.now();
    try {
      const assertion = await this.assertions.verify(jwt, client.clientId, now, ['jwt']);
      if (assertion.issuer.issuer !== issuer || assertion.subject !== subject)
        throw new AssertionRefused(`${client.clientId} is not registered for this issuer and subject`);
      // It is for the holder of a key (RFC 7800 §3), and the method has no proof of that.
      if (assertion.claims['cnf'] !== undefined)
        throw new AssertionRefused('it is bound to a key by cnf, which is not proven here');
      await this.assertions.useOnce(assertion, now);
      return true;
    } catch (error) {
      if (!(error instanceof AssertionRefused)) throw error;
      throw new OAuthError('invalid_client', 'client authentication failed', {
        detail: `client assertion: ${error.message}`,
      });
    }
  }
}
