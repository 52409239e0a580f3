import type { MemberChanges } from './member-changes.js';
import type { Originator } from './originator.js';

/** What an event can be about: the columns of the audit trail that hold an id. */
type Subject = 'userId' | 'clientId' | 'grantId';

/** One kind of event. */
interface EventKind {
  /** What happened, for the OpenAPI document. */
  readonly means: string;
  /** What it is about; the id is null if it is not known. */
  readonly about: readonly Subject[];
  /** The members of its detail. They never hold a password, code, token or secret. */
  readonly detail?: Readonly<Record<string, keyof DetailTypes>>;
}

/** Every event of the audit trail. An event is one entry here. */
export const auditEvents = {
  'admin.refused': {
    means:
      'A call of the admin API was refused, since it had no valid access token or one that does not suffice; recorded once in 15 minutes for each caller and network',
    about: [],
    detail: { operation: 'string', error: 'string' },
  },
  'access_token.revoked': {
    means: 'An access token was revoked',
    about: ['userId', 'clientId', 'grantId'],
    detail: { jti: 'string' },
  },
  'attribute.created': {
    means: 'An attribute of users was defined',
    about: [],
    detail: { name: 'string' },
  },
  'attribute.updated': {
    means: 'The definition of an attribute of users was changed',
    about: [],
    detail: { name: 'string', changes: 'changes' },
  },
  'attribute.deleted': {
    means: 'An attribute of users was deleted with its values',
    about: [],
    detail: { name: 'string', values: 'number' },
  },
  'backchannel.requested': {
    means: 'A client asked a resource owner by a backchannel authentication request',
    about: ['userId', 'clientId'],
    detail: { scope: 'string' },
  },
  'backchannel.allowed': {
    means: 'A resource owner allowed a backchannel authentication request',
    about: ['userId', 'clientId', 'grantId'],
  },
  'backchannel.denied': {
    means: 'A resource owner denied a backchannel authentication request',
    about: ['userId', 'clientId'],
  },
  'authorization_details_type.created': {
    means: 'A type of authorization details was registered',
    about: [],
    detail: { type: 'string' },
  },
  'authorization_details_type.deleted': {
    means: 'A type of authorization details was deleted; tokens are no longer issued with it',
    about: [],
    detail: { type: 'string' },
  },
  'authorization_details_type.updated': {
    means: 'A type of authorization details was changed',
    about: [],
    detail: { type: 'string', changes: 'changes' },
  },
  'claim_rule.created': {
    means: 'A rule about a claim was created',
    about: [],
    detail: { rule: 'string', name: 'string' },
  },
  'claim_rule.updated': {
    means: 'A rule about a claim was changed',
    about: [],
    detail: { rule: 'string', name: 'string', changes: 'changes' },
  },
  'claim_rule.deleted': {
    means: 'A rule about a claim was deleted',
    about: [],
    detail: { rule: 'string', name: 'string' },
  },
  'client.authentication_failed': {
    means: 'A client failed to authenticate; recorded once in 15 minutes for each network',
    about: ['clientId'],
  },
  'client.secret_guessed': {
    means:
      'More wrong secrets were sent for a client from one network than EYRIE_CLIENT_SECRET_ATTEMPTS allows',
    about: ['clientId'],
  },
  'client.registered': { means: 'A client was registered', about: ['clientId'] },
  'client.updated': {
    means: 'A client was changed',
    about: ['clientId'],
    detail: { changes: 'changes' },
  },
  'client.disabled': { means: 'A client was disabled', about: ['clientId'] },
  'client.enabled': { means: 'A client was enabled again', about: ['clientId'] },
  'client.manager_added': { means: 'Somebody became the manager of a client', about: ['userId', 'clientId'] },
  'client.manager_removed': {
    means: 'Somebody ceased to be the manager of a client',
    about: ['userId', 'clientId'],
  },
  'client.deleted': { means: 'A client was deleted', about: ['clientId'] },
  'client.secret_rotated': {
    means: 'A client got a new secret',
    about: ['clientId'],
    detail: { overlap: 'number' },
  },
  'code.replayed': {
    means: 'An authorization code was used twice; its grant was revoked',
    about: ['userId', 'clientId', 'grantId'],
  },
  'consent.given': {
    means: 'A resource owner allowed a client scopes or authorization details',
    about: ['userId', 'clientId', 'grantId'],
    detail: { scope: 'string', language: 'string', words: 'words', authorization_details: 'strings?' },
  },
  'consent.skipped': {
    means:
      'A client got scopes without asking the resource owner: an administrator trusts it (`skip_consent`), or allows it in place of the members of `organization`',
    about: ['userId', 'clientId', 'grantId'],
    detail: { scope: 'string', organization: 'string?' },
  },
  'consent.withdrawn': {
    means: 'A resource owner withdrew what a client was allowed',
    about: ['userId', 'clientId'],
    detail: { revoked: 'number' },
  },
  'device.allowed': {
    means: 'A resource owner allowed a device',
    about: ['userId', 'clientId', 'grantId'],
  },
  'device.denied': { means: 'A resource owner denied a device', about: ['userId', 'clientId'] },
  'devices.forgotten': {
    means: 'The devices on which a user has signed in were forgotten',
    about: ['userId'],
  },
  'factor.added': {
    means: 'A user set up a factor to sign in with',
    about: ['userId'],
    detail: { factor: 'string' },
  },
  'factor.removed': {
    means: 'A factor of a user was removed',
    about: ['userId'],
    detail: { factor: 'string' },
  },
  'factor.code_mailed': {
    means: 'A code was mailed to a user who signs in',
    about: ['userId'],
  },
  'factor.recovery_code_used': {
    means: 'A user signed in with a recovery code',
    about: ['userId'],
  },
  'grant.revoked': { means: 'A grant was revoked', about: ['userId', 'clientId', 'grantId'] },
  'grants.revoked': {
    means: 'All grants of a user or to a client were revoked',
    about: ['userId', 'clientId'],
    detail: { revoked: 'number' },
  },
  'group.created': { means: 'A group was created', about: [], detail: { group: 'string', name: 'string' } },
  'group.updated': {
    means: 'A group was changed',
    about: [],
    detail: { group: 'string', changes: 'changes' },
  },
  'group.deleted': { means: 'A group was deleted', about: [], detail: { group: 'string', name: 'string' } },
  'group.member_added': {
    means: 'Somebody became a member of a group',
    about: ['userId'],
    detail: { group: 'string', name: 'string' },
  },
  'group.member_removed': {
    means: 'Somebody ceased to be a member of a group',
    about: ['userId'],
    detail: { group: 'string', name: 'string' },
  },
  'organization.created': {
    means: 'An organization was created',
    about: [],
    detail: { organization: 'string', name: 'string' },
  },
  'organization.updated': {
    means: 'An organization was changed',
    about: [],
    detail: { organization: 'string', changes: 'changes' },
  },
  'organization.deleted': {
    means: 'An organization was deleted, and the grants for it were revoked',
    about: [],
    detail: { organization: 'string', name: 'string', revoked: 'number' },
  },
  'organization.member_added': {
    means: 'Somebody became a member of an organization',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', roles: 'string' },
  },
  'organization.member_joined': {
    means:
      'Somebody became a member of an organization by signing in; `by` is `domain:` with the domain of their verified address, or `upstream:` with an alias',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', roles: 'string', by: 'string' },
  },
  'organization.member_updated': {
    means: 'The roles of a member of an organization were changed',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', changes: 'changes' },
  },
  'organization.membership_changed': {
    means:
      'What makes a membership of an organization, which stays, has changed; `sources` are what makes it since then: `here`, `domain` or `upstream`',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', sources: 'string' },
  },
  'organization.member_removed': {
    means: 'Somebody ceased to be a member of an organization, and their grants for it were revoked',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', revoked: 'number' },
  },
  'organization.invited': {
    means:
      'An e-mail address was invited into an organization; `replaced` counts earlier invitations that it ended',
    about: [],
    detail: {
      organization: 'string',
      name: 'string',
      invitation: 'string',
      roles: 'string',
      replaced: 'number',
    },
  },
  'organization.invitation_resent': {
    means: 'An invitation into an organization was mailed again',
    about: [],
    detail: { organization: 'string', invitation: 'string' },
  },
  'organization.invitation_withdrawn': {
    means: 'An invitation into an organization was withdrawn',
    about: [],
    detail: { organization: 'string', invitation: 'string' },
  },
  'organization.invitation_accepted': {
    means: 'Somebody accepted an invitation into an organization',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', invitation: 'string' },
  },
  'organization.invitation_declined': {
    means: 'An invitation into an organization was declined; without a user if nobody was signed in',
    about: ['userId'],
    detail: { organization: 'string', name: 'string', invitation: 'string' },
  },
  'organization.domain_added': {
    means: 'A domain, which is to be verified, was added to an organization',
    about: [],
    detail: { organization: 'string', name: 'string', domain: 'string' },
  },
  'organization.domain_verified': {
    means:
      'A domain was verified for an organization; `verified_by` is `dns`, or `administrator` if it counts on the word of the actor',
    about: [],
    detail: { organization: 'string', domain: 'string', verified_by: 'string' },
  },
  'organization.domain_removed': {
    means: 'A domain was removed from an organization',
    about: [],
    detail: { organization: 'string', domain: 'string' },
  },
  'organization.consent_given': {
    means: 'An administrator allowed a client scopes in place of the members of an organization',
    about: ['clientId'],
    detail: { organization: 'string', name: 'string', scope: 'string' },
  },
  'organization.consent_updated': {
    means: 'An administrator allowed a client other scopes in place of the members of an organization',
    about: ['clientId'],
    detail: { organization: 'string', name: 'string', changes: 'changes' },
  },
  'organization.consent_withdrawn': {
    means:
      'A client is not allowed anything any more in place of the members of an organization; `revoked` counts the grants that were revoked with it',
    about: ['clientId'],
    detail: { organization: 'string', name: 'string', revoked: 'number' },
  },
  'identity.linked': {
    means: 'An account at an upstream was linked to a user',
    about: ['userId'],
    detail: { upstream: 'string' },
  },
  'identity.removed': {
    means: 'An account at an upstream is no longer linked to a user',
    about: ['userId'],
    detail: { upstream: 'string' },
  },
  'directory.sync_failed': {
    means:
      'The people of a directory could not be looked at, or so many were missing there that nobody was disabled',
    about: [],
    detail: { upstream: 'string', reason: 'string' },
  },
  'key.rotated': {
    means: 'A signing key was replaced by its successor',
    about: [],
    detail: { alg: 'string', kid: 'string' },
  },
  'key.withdrawn': {
    means: 'A signing key was withdrawn, so that nothing that it signed verifies any more',
    about: [],
    detail: { alg: 'string', kid: 'string' },
  },
  'logout_delivery.retried': {
    means: 'A back-channel logout request was retried',
    about: ['userId', 'clientId'],
    detail: { id: 'string' },
  },
  'refresh_token.reused': {
    means: 'A rotated refresh token was used again; its grant was revoked',
    about: ['userId', 'clientId', 'grantId'],
  },
  'registration_token.created': {
    means: 'An initial access token was created',
    about: [],
    detail: { id: 'string', note: 'string?' },
  },
  'registration_token.deleted': {
    means: 'An initial access token was deleted',
    about: [],
    detail: { id: 'string' },
  },
  'resource.created': {
    means: 'A protected resource was registered',
    about: [],
    detail: { identifier: 'string' },
  },
  'resource.deleted': {
    means: 'A protected resource was deleted',
    about: [],
    detail: { identifier: 'string' },
  },
  'resource.updated': {
    means: 'A protected resource was changed',
    about: [],
    detail: { identifier: 'string', changes: 'changes' },
  },
  'role.created': {
    means: 'A role was created; `owner` is the client or the resource whose role it is',
    about: [],
    detail: { role: 'string', name: 'string', owner: 'string?' },
  },
  'role.updated': {
    means: 'A role was changed',
    about: [],
    detail: { role: 'string', changes: 'changes' },
  },
  'role.deleted': {
    means: 'A role was deleted, and taken from everybody',
    about: [],
    detail: { role: 'string', name: 'string' },
  },
  'role.given': {
    means: 'A role was given to a user, or to a group',
    about: ['userId'],
    detail: { role: 'string', name: 'string', group: 'string?' },
  },
  'role.taken': {
    means: 'A role was taken from a user, or from a group',
    about: ['userId'],
    detail: { role: 'string', name: 'string', group: 'string?' },
  },
  'request.throttled': {
    means:
      'There were too many requests of one kind from a network; further ones are not recorded until the window ends',
    about: [],
    detail: { limit: 'string' },
  },
  'secret.rotated': {
    means: 'What is stored was encrypted again, under the new EYRIE_SECRET',
    about: [],
    detail: { resealed: 'number' },
  },
  'scim_token.created': {
    means: 'A token of a provisioning client was created',
    about: [],
    detail: { id: 'string', name: 'string' },
  },
  'scim_token.revoked': {
    means: 'A token of a provisioning client was revoked',
    about: [],
    detail: { id: 'string', name: 'string' },
  },
  'secret.forgotten': {
    means: 'A lost EYRIE_SECRET was replaced, and what it had encrypted was deleted',
    about: [],
    detail: { rows: 'number' },
  },
  'session.opened': {
    means: 'A user signed in',
    about: ['userId'],
    detail: { user_agent: 'string?' },
  },
  'session.ended': { means: 'A session was ended', about: ['userId'] },
  'sign_in.failed': {
    means: 'A sign-in failed; if a directory was asked, with its reason',
    about: ['userId'],
    detail: { user_agent: 'string?', upstream: 'string?', reason: 'string?' },
  },
  'sign_in.throttled': {
    means:
      'A sign-in failed, and there are too many failures; further ones are not recorded until the window ends',
    about: ['userId'],
    detail: { user_agent: 'string?' },
  },
  'token.events_dropped': {
    means:
      'Events of issued and refused tokens were not recorded, since the database did not take them for too long; `from` and `until` are the times of the first and the last of them',
    about: [],
    detail: { count: 'number', from: 'number', until: 'number' },
  },
  'token.exchanged': {
    means: 'A client exchanged a token, to act for its resource owner',
    about: ['userId', 'clientId', 'grantId'],
    detail: { subject_client: 'string', resources: 'string', scope: 'string' },
  },
  'token.issued': {
    means:
      'The token endpoint or the authorization endpoint (`implicit`) issued access tokens; recorded if `EYRIE_AUDIT_TOKENS` is `all`. Tokens of one grant within half a second are one event: `jtis` names each',
    about: ['userId', 'clientId', 'grantId'],
    detail: {
      grant_type: 'string',
      scope: 'string',
      resource: 'string',
      jtis: 'strings',
    },
  },
  'token.refused': {
    means:
      'The token endpoint refused requests; recorded if `EYRIE_AUDIT_TOKENS` is `refusals` or `all`. Refusals of the same client, grant type, error and network within a second are one event, with their count; `request` is the reference of the first. If there are too many, the rest of a minute is counted by error alone',
    about: ['clientId'],
    detail: {
      grant_type: 'string?',
      error: 'string',
      reason: 'string?',
      request: 'string?',
      count: 'number',
    },
  },
  'assertion.accepted': {
    means: 'A client exchanged the assertion of a trusted issuer for an access token',
    about: ['userId', 'clientId', 'grantId'],
    detail: { trusted_issuer: 'string', subject: 'string', scope: 'string' },
  },
  'assertion.issued': {
    means: 'A client got an identity assertion about a person, for the authorization server of a resource',
    about: ['userId', 'clientId', 'grantId'],
    detail: {
      policy: 'string',
      audience: 'string',
      audience_client: 'string',
      scope: 'string',
      resources: 'string',
      jti: 'string',
    },
  },
  'assertion_policy.created': {
    means: 'A policy for identity assertions was registered',
    about: [],
    detail: { name: 'string' },
  },
  'assertion_policy.deleted': {
    means: 'A policy for identity assertions was deleted',
    about: [],
    detail: { name: 'string' },
  },
  'assertion_policy.updated': {
    means: 'A policy for identity assertions was changed',
    about: [],
    detail: { name: 'string', changes: 'changes' },
  },
  'trusted_issuer.created': {
    means: 'An issuer of assertions was registered',
    about: [],
    detail: { name: 'string' },
  },
  'trusted_issuer.deleted': {
    means: 'An issuer of assertions was deleted, and the grants that came of its assertions were revoked',
    about: [],
    detail: { name: 'string', revoked: 'number' },
  },
  'trusted_issuer.updated': {
    means: 'An issuer of assertions was changed',
    about: [],
    detail: { name: 'string', changes: 'changes' },
  },
  'upstream.created': {
    means: 'An upstream identity provider was registered',
    about: [],
    detail: { alias: 'string' },
  },
  'upstream.deleted': {
    means: 'An upstream identity provider was deleted, with what it knows of users',
    about: [],
    detail: { alias: 'string' },
  },
  'upstream.metadata_failed': {
    means:
      'The metadata of an upstream identity provider could not be read again; what was read before stays',
    about: [],
    detail: { alias: 'string', reason: 'string' },
  },
  'upstream.refused': {
    means: 'A sign-in at an upstream identity provider was refused, or the provider did not answer',
    about: [],
    detail: { upstream: 'string', reason: 'string' },
  },
  'upstream.updated': {
    means: 'An upstream identity provider was changed',
    about: [],
    detail: { alias: 'string', changes: 'changes' },
  },
  'user.created': { means: 'A user was created', about: ['userId'] },
  'user.updated': {
    means: 'A user was changed',
    about: ['userId'],
    detail: { changes: 'changes' },
  },
  'user.administrator_granted': { means: 'A user became an administrator', about: ['userId'] },
  'user.administrator_revoked': {
    means: 'A user ceased to be an administrator',
    about: ['userId'],
  },
  'user.disabled': { means: 'A user was disabled', about: ['userId'] },
  'user.enabled': { means: 'A user was enabled again', about: ['userId'] },
  'user.data_downloaded': {
    means: 'A user downloaded what is stored about them',
    about: ['userId'],
  },
  'user.deleted': { means: 'A user was deleted', about: ['userId'] },
  'user.deletion_requested': {
    means: 'A user asked to delete their own account; it is disabled until then',
    about: ['userId'],
    detail: { due_at: 'number' },
  },
  'user.deletion_cancelled': {
    means: 'An account whose owner had asked to delete it is kept',
    about: ['userId'],
  },
  'user.link_mailed': {
    means: 'A link was mailed to a user, or to an address that wants to become one',
    about: ['userId'],
    detail: { purpose: 'string' },
  },
  'user.password_set': { means: "A user's password was set", about: ['userId'] },
  'users.export_downloaded': {
    means: 'A file of exported users was downloaded; `hashes` says whether it holds the hashes of passwords',
    about: [],
    detail: { job: 'string', hashes: 'string' },
  },
  'users.export_started': {
    means: 'An export of users was started; `hashes` says whether it holds the hashes of passwords',
    about: [],
    detail: { job: 'string', hashes: 'string' },
  },
  'users.import_started': {
    means: 'An import of users was started; each user that it creates or changes has events of its own',
    about: [],
    detail: { job: 'string', mode: 'string', rows: 'number' },
  },
  'users.job_deleted': {
    means: 'An import or export of users that had ended was deleted, with its errors and its result',
    about: [],
    detail: { job: 'string' },
  },
  'users.job_cancelled': {
    means: 'An import or export of users was cancelled; what it had done stays',
    about: [],
    detail: { job: 'string' },
  },
} as const satisfies Readonly<Record<string, EventKind>>;

export type AuditEventName = keyof typeof auditEvents;

export const auditEventNames = Object.keys(auditEvents) as AuditEventName[];

/** The subjects of an event, each an id or null. */
type About<Kind extends EventKind> = { readonly [Name in Kind['about'][number]]: string | null };

interface DetailTypes {
  readonly changes: MemberChanges;
  readonly 'changes?': MemberChanges | undefined;
  readonly string: string;
  readonly 'string?': string | undefined;
  readonly number: number;
  readonly strings: readonly string[];
  readonly 'strings?': readonly string[] | undefined;
  /** Texts by what they are about. */
  readonly words: Readonly<Record<string, string>>;
}

type Detail<Kind extends EventKind> = Kind extends {
  readonly detail: infer Members extends Readonly<Record<string, keyof DetailTypes>>;
}
  ? { readonly detail: { readonly [Name in keyof Members]: DetailTypes[Members[Name]] } }
  : { readonly detail?: undefined };

/** An event of the audit trail, before it has an id and a time. */
export type AuditEvent = {
  [Name in AuditEventName]: {
    readonly event: Name;
    readonly actor: Originator;
    /** The network address of the request, if the actor does not say. */
    readonly address?: string;
  } & About<(typeof auditEvents)[Name]> &
    Detail<(typeof auditEvents)[Name]>;
}[AuditEventName];
