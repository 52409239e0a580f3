import { Global, Module } from '@nestjs/common';
import { DpopNonces } from './dpop-nonces.js';
import { DpopProofs } from './dpop-proofs.js';
import { DpopReplays } from './dpop-replays.js';
import { JwksController } from './jwks.controller.js';
import { JwtSigner } from './jwt-signer.js';
import { JwtVerifier } from './jwt-verifier.js';
import { KeyRing } from './key-ring.js';

@Global()
@Module({
  controllers: [JwksController],
  providers: [DpopNonces, DpopProofs, DpopReplays, KeyRing, JwtSigner, JwtVerifier],
  exports: [DpopNonces, DpopProofs, DpopReplays, KeyRing, JwtSigner, JwtVerifier],
})
export class KeysModule {}
