import { BearerModule } from '@eyrie/guard';
import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ContactsController } from './contacts.controller.js';
import { Contacts } from './contacts.js';
import { HealthController } from './health.controller.js';
import { scopes } from './scopes.js';
import type { Settings } from './settings.js';

/** This service's identifier. Tokens must have it in `aud`. */
const audience = 'https://contacts.example.com';

@Module({ controllers: [ContactsController, HealthController], providers: [Contacts] })
export class AppModule {
  static for({ issuer, clientId, clientSecret }: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // What is asked every few seconds would be logged every few seconds: the answer has the reason.
        TerminusModule.forRoot({ logger: false }),
        BearerModule.forRoot({
          issuer,
          audience,
          // Every route needs a token, except those with @Public().
          guardAll: true,
          // Signed tokens (JWTs) are verified locally. The revocation feed reports revoked ones within moments. If it does
          // not respond for ten seconds, requests get 503 until it responds again.
          revocations: { clientId, clientSecret, onLoss: 'refuse', bound: 10 },
          // Opaque tokens are introspected at the issuer: with `cacheFor: 0` at every call, so that a revocation takes effect
          // at the next call. With a few seconds here, a busy service sends far fewer introspection requests.
          introspection: { clientId, clientSecret, cacheFor: 0 },
          // Challenges offer DPoP, for tokens that are bound to a key of their client (RFC 9449).
          dpop: true,
          // Clients can find the issuer at /.well-known/oauth-protected-resource (RFC 9728).
          resourceMetadata: { name: 'ContactSaver', scopes: Object.keys(scopes) },
        }),
      ],
    };
  }
}
