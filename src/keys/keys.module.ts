import { Global, Module } from '@nestjs/common';
import { JwksController } from './jwks.controller.js';
import { JwtSigner } from './jwt-signer.js';
import { JwtVerifier } from './jwt-verifier.js';
import { KeyRing } from './key-ring.js';

@Global()
@Module({
  controllers: [JwksController],
  providers: [KeyRing, JwtSigner, JwtVerifier],
  exports: [KeyRing, JwtSigner, JwtVerifier],
})
export class KeysModule {}
