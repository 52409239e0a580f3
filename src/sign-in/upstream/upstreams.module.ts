import { Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module.js';
import { DirectoryModule } from '../../directory/directory.module.js';
import { SessionsModule } from '../../sessions/sessions.module.js';
import { UsersModule } from '../../users/users.module.js';
import { ViewsModule } from '../../views/views.module.js';
import { BeginningAtUpstream } from './beginning-at-upstream.js';
import { UpstreamBreaker } from './breaker.js';
import { DirectoryArrival } from './ldap/directory-arrival.js';
import { AccountEndings } from './ldap/account-endings.js';
import { DirectoryChanges } from './ldap/directory-changes.js';
import { DirectoryConnections } from './ldap/directory-connections.js';
import { DirectoryGroups } from './ldap/directory-groups.js';
import { OtherEntries } from './ldap/other-entries.js';
import { PresentEntries } from './ldap/present-entries.js';
import { SyncedBelongings } from './ldap/synced-belongings.js';
import { DirectoryIdentities } from './ldap/directory-identities.js';
import { DirectorySync } from './ldap/directory-sync.js';
import { DirectorySyncSchedule } from './ldap/directory-sync-schedule.js';
import { SyncJournal } from './ldap/sync-journal.js';
import { LdapDirectory } from './ldap/ldap-directory.js';
import { HomeRealms } from './home-realms.js';
import { IdentitiesAdminController } from './identities.admin.controller.js';
import { UpstreamBelongings } from './belongings.js';
import { IdentityLinking } from './identity-linking.js';
import { IdentityRemoval } from './identity-removal.js';
import { EndedThere } from './logout/ended-there.js';
import { LogoutTokens } from './logout/logout-tokens.js';
import { SignOutController } from './logout/sign-out.controller.js';
import { SignOutReturn } from './logout/sign-out-return.js';
import { SignOutsUnderWay } from './logout/sign-outs-under-way.js';
import { UpstreamLogout } from './logout/upstream-logout.js';
import { UpstreamLogoutController } from './logout/upstream-logout.controller.js';
import { UpstreamSignOut } from './logout/upstream-sign-out.js';
import { UpstreamSignOutHandles } from './logout/upstream-sign-out-handles.js';
import { PendingIdentities } from './pending-identities.js';
import { protocolProviders } from './protocols/protocols.js';
import { MetadataRefresh } from './saml/metadata-refresh.js';
import { MetadataSchedule } from './saml/metadata-schedule.js';
import { SamlMetadata } from './saml/saml-metadata.js';
import { SamlSessionEnd } from './saml/saml-session-end.js';
import { SamlServiceProvider } from './saml/saml-service-provider.js';
import { SingleLogoutController } from './saml/single-logout.controller.js';
import { UpstreamGroups } from './upstream-groups.js';
import { UpstreamDeletion } from './upstream-deletion.js';
import { UpstreamPeople } from './upstream-people.js';
import { UpstreamRefusals } from './upstream-refusals.js';
import { RegistrationCheck } from './registration-check.js';
import { UpstreamRegistration } from './upstream-registration.js';
import { UpstreamRequests } from './upstream-requests.js';
import { UpstreamSignIn } from './upstream-sign-in.js';
import { Upstreams } from './upstreams.js';
import { UpstreamsAdminController } from './upstreams.admin.controller.js';

/** Identity providers of others, and whom they know here. The pages of sign-ins stand above it. */
@Module({
  imports: [ClientsModule, DirectoryModule, SessionsModule, UsersModule, ViewsModule],
  controllers: [
    IdentitiesAdminController,
    UpstreamsAdminController,
    UpstreamLogoutController,
    SignOutController,
    SingleLogoutController,
  ],
  providers: [
    AccountEndings,
    BeginningAtUpstream,
    DirectoryArrival,
    DirectoryChanges,
    DirectoryConnections,
    DirectoryGroups,
    DirectoryIdentities,
    EndedThere,
    OtherEntries,
    PresentEntries,
    SyncedBelongings,
    SyncJournal,
    DirectorySync,
    DirectorySyncSchedule,
    HomeRealms,
    IdentityLinking,
    LdapDirectory,
    LogoutTokens,
    IdentityRemoval,
    MetadataRefresh,
    MetadataSchedule,
    PendingIdentities,
    SamlMetadata,
    SamlSessionEnd,
    SignOutReturn,
    SignOutsUnderWay,
    UpstreamBreaker,
    UpstreamDeletion,
    UpstreamBelongings,
    UpstreamGroups,
    UpstreamLogout,
    UpstreamSignOut,
    UpstreamSignOutHandles,
    UpstreamPeople,
    UpstreamRefusals,
    RegistrationCheck,
    UpstreamRegistration,
    UpstreamRequests,
    Upstreams,
    UpstreamSignIn,
    ...protocolProviders,
  ],
  exports: [
    SamlServiceProvider,
    BeginningAtUpstream,
    DirectoryArrival,
    DirectoryIdentities,
    DirectorySync,
    HomeRealms,
    IdentityRemoval,
    LdapDirectory,
    PendingIdentities,
    UpstreamDeletion,
    UpstreamPeople,
    UpstreamRefusals,
    UpstreamRegistration,
    UpstreamRequests,
    Upstreams,
    UpstreamSignIn,
    UpstreamSignOut,
  ],
})
export class UpstreamsModule {}
