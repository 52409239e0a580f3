import { Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { OutboundError } from '../../outbound/outbound.js';
import { ClientKeys } from '../client-keys.js';
import type { RegisteredClient } from '../registered-client.js';
import type { AuthenticationRequest, RecognisingMethod } from './method.js';
import { PresentedCertificates, refusedCertificate } from './presented-certificates.js';

/** A certificate that the client registered, in `x5c` of one of its keys (RFC 8705 §2.2). It needs no authority. */
@Injectable()
export class SelfSignedTlsClientAuth implements RecognisingMethod {
  readonly name = 'self_signed_tls_client_auth';

  constructor(
    private readonly presented: PresentedCertificates,
    private readonly keys: ClientKeys,
  ) {}

  /** Off if the proxy checks certificates: it rejects self-signed ones. */
  isOffered({ mtls }: Settings): boolean {
    return mtls !== undefined && mtls.authorities !== 'proxy';
  }

  async recognises(client: RegisteredClient, { http }: AuthenticationRequest): Promise<true> {
    const certificate = this.presented.require(http);
    try {
      if (await this.keys.hasCertificate(client, certificate.x509.raw)) return true;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw refusedCertificate(
        certificate,
        `could not be compared with the registered keys: ${error.message}`,
      );
    }
    throw refusedCertificate(certificate, 'is not registered');
  }
}
