import { Global, Module } from '@nestjs/common';
import { ClientCertificates } from './client-certificates.js';
import { DpopNonces } from './dpop-nonces.js';
import { DpopProofs } from './dpop-proofs.js';
import { DpopReplays } from './dpop-replays.js';

/** What proves that the sender of a request has a key. */
@Global()
@Module({
  providers: [ClientCertificates, DpopNonces, DpopProofs, DpopReplays],
  exports: [ClientCertificates, DpopNonces, DpopProofs, DpopReplays],
})
export class ProofsModule {}
