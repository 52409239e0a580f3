import { BearerModule } from '@eyrie/guard';
import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ContactsController } from './contacts.controller.js';
import { Contacts } from './contacts.js';
import { HealthController } from './health.controller.js';
import type { Settings } from './settings.js';

/** This service's identifier: tokens name it in `aud`, and a token for another service is refused. */
const audience = 'https://contacts.example.com';

@Module({ controllers: [ContactsController, HealthController], providers: [Contacts] })
export class AppModule {
  static for({ issuer, clientId, clientSecret }: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TerminusModule,
        BearerModule.forRoot({
          issuer,
          audience,
          // A signed token (JWT) is checked here, without asking the issuer: fast, and good until it expires even when
          // its owner has withdrawn it. That is why MessageWriter is registered with `access_token_format: opaque`.
          // About an opaque token the issuer is asked, and with `cacheFor: 0` at every call, so that a withdrawal holds
          // from the next call on. A few seconds here spare a busy service most of the questions.
          introspection: { clientId, clientSecret, cacheFor: 0 },
        }),
      ],
    };
  }
}
