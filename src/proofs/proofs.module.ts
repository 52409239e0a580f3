import { Global, Module } from '@nestjs/common';
import { ClientCertificates } from './client-certificates.js';
import { DpopNonces } from './dpop-nonces.js';
import { DpopProofs } from './dpop-proofs.js';
import { DpopReplays } from './dpop-replays.js';

/** Proof of possession: DPoP and client certificates. */
@Global()
@Module({
  providers: [ClientCertificates, DpopNonces, DpopProofs, DpopReplays],
  exports: [ClientCertificates, DpopNonces, DpopProofs, DpopReplays],
})
export class ProofsModule {}
