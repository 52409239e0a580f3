import { Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { resolveSecret } from '../config/secret.js';
import { PasswordHasher } from './password.js';
import { PasswordRules } from './password-rules.js';
import { Secrets } from './secrets.js';

@Global()
@Module({
  providers: [
    {
      provide: Secrets,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => new Secrets(resolveSecret(settings), settings.secretPrevious),
    },
    PasswordHasher,
    PasswordRules,
  ],
  exports: [Secrets, PasswordHasher, PasswordRules],
})
export class CryptoModule {}
