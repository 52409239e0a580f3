import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { ConsentModule } from '../consent/consent.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ClaimsPreviewAdminController } from './claims-preview.admin.controller.js';
import { ClaimsPreview } from './claims-preview.js';
import { Entitlements } from './entitlements.js';
import { GrantTokenIssuance } from './grant-types/grant-token-issuance.js';
import { GrantTypes, grantTypeProviders } from './grant-types/grant-types.js';
import { PolledRequests } from './grant-types/polled-requests.js';
import { StandingGrants } from './grant-types/standing-grants.js';
import { AssertedEntitlements } from './grant-types/asserted-entitlements.js';
import { AssertedTokens } from './grant-types/asserted-tokens.js';
import { AssertedUsers } from './grant-types/asserted-users.js';
import { Delegation } from './grant-types/delegation.js';
import { ForeignDelegation } from './grant-types/foreign-delegation.js';
import { ExchangedEntitlements } from './grant-types/exchanged-entitlements.js';
import { IdentityAssertions } from './grant-types/identity-assertions.js';
import { SubjectTokens } from './grant-types/subject-tokens.js';
import { IntrospectionController } from './introspection.controller.js';
import { AccessTokenMint } from './mint/access-token.js';
import { IdTokenMint } from './mint/id-token.js';
import { IdentityAssertionMint } from './mint/identity-assertion.js';
import { RefreshTokenMint } from './mint/refresh-token.js';
import { RevocationFeedController } from './revocation-feed.controller.js';
import { RevocationFeed } from './revocation-feed.js';
import { RevocationController } from './revocation.controller.js';
import { SenderConstraints } from './sender-constraints.js';
import { SignedIntrospection } from './signed-introspection.js';
import { TokenDescriptions } from './token-descriptions.js';
import { TokenRecords } from './token-records.js';
import { TokenRevocation } from './token-revocation.js';
import { TokenUses } from './token-uses.js';
import { TokenController } from './token.controller.js';
import { TokensAdminController } from './tokens.admin.controller.js';

@Module({
  imports: [ClientsModule, ConsentModule, DirectoryModule, SessionsModule],
  controllers: [
    TokenController,
    IntrospectionController,
    RevocationController,
    RevocationFeedController,
    TokensAdminController,
    ClaimsPreviewAdminController,
  ],
  providers: [
    AccessTokenMint,
    AssertedEntitlements,
    AssertedTokens,
    AssertedUsers,
    ClaimsPreview,
    Entitlements,
    GrantTokenIssuance,
    GrantTypes,
    IdTokenMint,
    IdentityAssertionMint,
    Delegation,
    ExchangedEntitlements,
    ForeignDelegation,
    IdentityAssertions,
    PolledRequests,
    RefreshTokenMint,
    RevocationFeed,
    SenderConstraints,
    SignedIntrospection,
    StandingGrants,
    SubjectTokens,
    TokenDescriptions,
    TokenRecords,
    TokenRevocation,
    TokenUses,
    ...grantTypeProviders,
  ],
  exports: [
    AccessTokenMint,
    Entitlements,
    GrantTypes,
    IdTokenMint,
    SenderConstraints,
    TokenRevocation,
    TokenUses,
  ],
})
export class TokenModule {}
