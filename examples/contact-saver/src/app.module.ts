import { BearerModule } from '@eyrie/guard';
import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ContactsController } from './contacts.controller.js';
import { Contacts } from './contacts.js';
import { HealthController } from './health.controller.js';
import { scopes } from './scopes.js';
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
          // Every route is closed that does not say @Public().
          guardAll: true,
          // A signed token (JWT) is checked here, without asking the issuer. The feed tells within moments which ones
          // their owners have withdrawn; when it has been silent for ten seconds, none is believed until it is back.
          revocations: { clientId, clientSecret, onLoss: 'refuse', bound: 10 },
          // About an opaque token the issuer is asked, and with `cacheFor: 0` at every call, so that a withdrawal holds
          // from the next call on. A few seconds here spare a busy service most of the questions.
          introspection: { clientId, clientSecret, cacheFor: 0 },
          // Tokens that are bound to a key of their client are welcome, and challenges say so (RFC 9449).
          dpop: true,
          // Clients find the issuer by asking this service: /.well-known/oauth-protected-resource (RFC 9728).
          resourceMetadata: { name: 'ContactSaver', scopes: Object.keys(scopes) },
        }),
      ],
    };
  }
}
