import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { JwksController } from './jwks.controller.js';
import { JwtSigner } from './jwt-signer.js';
import { JwtVerifier } from './jwt-verifier.js';
import { KeptKeys } from './kept-keys.js';
import { KeyMaker } from './key-maker.js';
import { KeyRemoval } from './key-removal.js';
import { KeyRing } from './key-ring.js';
import { KeySchedule } from './key-schedule.js';
import { KeyWithdrawal } from './key-withdrawal.js';
import { SecretRotation } from './secret-rotation.js';
import { Signers } from './signers/signers.js';

@Global()
@Module({
  controllers: [JwksController],
  providers: [
    Signers,
    KeyMaker,
    KeyRing,
    KeptKeys,
    KeySchedule,
    KeyWithdrawal,
    KeyRemoval,
    SecretRotation,
    JwtSigner,
    JwtVerifier,
  ],
  exports: [KeyRing, KeyWithdrawal, SecretRotation, JwtSigner, JwtVerifier, Signers],
})
export class KeysModule implements OnModuleInit {
  constructor(private readonly keptKeys: KeptKeys) {}

  /** Nest calls this after the hook of `KeyRing`, which has made the first keys and proved the secret. */
  async onModuleInit(): Promise<void> {
    await this.keptKeys.load();
  }
}
