import { type AuditEventName, auditEvents } from '../audit/events.js';
import type { MemberChanges } from '../audit/member-changes.js';
import { type Message, message, type Text, verbatim } from '../locales/message.js';
import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';
import type { ProfileClaim } from '../directory/profile-claims.js';

/** The events that are about a person. */
export type PersonalEventName = {
  [Name in AuditEventName]: 'userId' extends (typeof auditEvents)[Name]['about'][number] ? Name : never;
}[AuditEventName];

/** What the words of an event depend on. */
export interface Told extends Pick<AuditEvent, 'actor' | 'detail'> {
  /** The name of the client that it is about; undefined if it is about none. */
  readonly client: Text | undefined;
}

/** An event in words. */
type Words = (told: Told) => Message;

/** Where an event has lost its client. */
const nobody = verbatim('');

/** Factors by the names that the audit trail has for them; one without words goes by that name. */
const factorWords: Readonly<Record<string, Message>> = {
  password: message('activity.password'),
  passkey: message('activity.passkey'),
  'one-time-code': message('activity.app'),
  'recovery-code': message('activity.recoveryCodes'),
  'email-code': message('activity.emailCode'),
  all: message('activity.allFactors'),
};

/** What a link was mailed for; links for anything else are just links. */
const linkWords: Readonly<Record<string, Message>> = {
  password_reset: message('activity.resetMailed'),
  invitation: message('activity.invitationMailed'),
  email_verification: message('activity.verificationMailed'),
  email_change: message('activity.verificationMailed'),
};

/** The members of an account, as the audit trail names them. */
const memberWords: Readonly<Record<ProfileClaim | 'username' | 'administrator', Message>> = {
  username: message('common.username'),
  administrator: message('activity.administrator'),
  name: message('activity.name'),
  given_name: message('activity.givenName'),
  family_name: message('activity.familyName'),
  middle_name: message('activity.middleName'),
  nickname: message('activity.nickname'),
  profile: message('activity.profile'),
  picture: message('activity.picture'),
  website: message('activity.website'),
  email: message('email.address'),
  email_verified: message('activity.emailVerified'),
  gender: message('activity.gender'),
  birthdate: message('activity.birthdate'),
  zoneinfo: message('activity.timeZone'),
  locale: message('layout.language'),
  phone_number: message('activity.phone'),
  phone_number_verified: message('activity.phoneVerified'),
  address: message('activity.postalAddress'),
};

/**
 * The words of each event on the page on which people see what happened in their account. null: the page does not show it. An event
 * about a person without an entry does not compile.
 */
export const activityWords: Readonly<Record<PersonalEventName, Words | null>> = {
  'access_token.revoked': null,
  'backchannel.requested': ({ client = nobody }) => message('activity.asked', { client }),
  'backchannel.allowed': ({ client = nobody }) => message('activity.approved', { client }),
  'backchannel.denied': ({ client = nobody }) => message('activity.refused', { client }),
  'client.manager_added': null,
  'client.manager_removed': null,
  'code.replayed': ({ client = nobody }) => message('activity.usedTwice', { client }),
  'consent.given': ({ client = nobody }) => message('activity.allowed', { client }),
  'consent.skipped': ({ client = nobody, detail }) =>
    message(detail?.['organization'] === undefined ? 'activity.trusted' : 'activity.allowedByOrganization', {
      client,
    }),
  'consent.withdrawn': ({ client = nobody }) => message('activity.withdrawn', { client }),
  'device.allowed': ({ client = nobody }) => message('activity.deviceAllowed', { client }),
  'device.denied': ({ client = nobody }) => message('activity.deviceDenied', { client }),
  'devices.forgotten': () => message('activity.devicesForgotten'),
  'factor.code_mailed': () => message('activity.codeMailed'),
  'factor.added': ({ detail }) => message('activity.added', { factor: factorNamed(detail) }),
  'factor.removed': ({ detail }) => message('activity.removed', { factor: factorNamed(detail) }),
  'factor.recovery_code_used': () => message('activity.recoveryCodeUsed'),
  'grant.revoked': ({ client = nobody }) => message('activity.withdrawn', { client }),
  'grants.revoked': ({ client }) =>
    client ? message('activity.withdrawn', { client }) : message('activity.allWithdrawn'),
  'identity.linked': ({ detail }) =>
    message('activity.identityLinked', { upstream: verbatim(textIn(detail, 'upstream')) }),
  'identity.removed': ({ detail }) =>
    message('activity.identityRemoved', { upstream: verbatim(textIn(detail, 'upstream')) }),
  'group.member_added': ({ detail }) => message('activity.joined', { name: nameIn(detail) }),
  'group.member_removed': ({ detail }) => message('activity.left', { name: nameIn(detail) }),
  'organization.member_added': ({ detail }) =>
    message('activity.joinedOrganization', { name: nameIn(detail) }),
  'organization.member_joined': ({ detail }) =>
    message('activity.joinedOrganization', { name: nameIn(detail) }),
  'organization.member_updated': ({ detail }) =>
    message('activity.organizationRoles', { name: nameIn(detail) }),
  'organization.membership_changed': null,
  'organization.member_removed': ({ detail }) =>
    message('activity.leftOrganization', { name: nameIn(detail) }),
  // The membership that it leads to has an event of its own.
  'organization.invitation_accepted': null,
  'organization.invitation_declined': ({ detail }) =>
    message('activity.declinedInvitation', { name: nameIn(detail) }),
  // It changes nothing for the person: the application is notified once more of the end of a session.
  'logout_delivery.retried': null,
  'refresh_token.reused': ({ client = nobody }) => message('activity.usedTwice', { client }),
  'role.given': ({ detail }) => message('activity.roleGiven', { name: nameIn(detail) }),
  'role.taken': ({ detail }) => message('activity.roleTaken', { name: nameIn(detail) }),
  'session.opened': () => message('activity.signedIn'),
  'session.ended': ({ actor }) =>
    message(actor === 'eyrie:session-expiry' ? 'activity.sessionExpired' : 'activity.sessionEnded'),
  'sign_in.failed': () => message('activity.failed'),
  'sign_in.throttled': () => message('activity.throttled'),
  'token.exchanged': ({ client = nobody, detail }) =>
    message('activity.exchanged', { client, other: verbatim(textIn(detail, 'subject_client')) }),
  'token.issued': null,
  'assertion.accepted': ({ client = nobody, detail }) =>
    message('activity.asserted', { client, issuer: verbatim(textIn(detail, 'trusted_issuer')) }),
  'assertion.issued': ({ client = nobody, detail }) =>
    message('activity.vouched', { client, audience: verbatim(textIn(detail, 'audience')) }),
  'user.created': () => message('activity.created'),
  'user.updated': ({ detail }) => updateIn(detail),
  'user.administrator_granted': () => message('activity.administratorGranted'),
  'user.administrator_revoked': () => message('activity.administratorRevoked'),
  'user.disabled': () => message('activity.disabled'),
  'user.enabled': () => message('activity.enabled'),
  'user.data_downloaded': () => message('activity.dataDownloaded'),
  // Nobody is left to see it.
  'user.deleted': null,
  'user.deletion_requested': () => message('activity.deletionRequested'),
  'user.deletion_cancelled': () => message('activity.deletionCancelled'),
  'user.link_mailed': ({ detail }) => linkWords[textIn(detail, 'purpose')] ?? message('activity.linkMailed'),
  'user.password_set': () => message('activity.passwordSet'),
};

const isShown = (name: PersonalEventName): boolean => activityWords[name] !== null;

/** The events that the page shows. */
export const activityEvents = (Object.keys(activityWords) as PersonalEventName[]).filter(isShown);

/** An event in words; undefined if the page does not show it. */
export function wordsOf(event: string, told: Told): Message | undefined {
  return Object.hasOwn(activityWords, event) ? activityWords[event as PersonalEventName]?.(told) : undefined;
}

/** Which members an update changed. */
export function changedMembers({ event, detail }: Pick<AuditEvent, 'event' | 'detail'>): Message[] {
  if (event !== 'user.updated') return [];
  return Object.entries(memberWords).flatMap(([name, words]) => (name in changesIn(detail) ? [words] : []));
}

function updateIn(detail: AuditEvent['detail']): Message {
  const { email, ...others } = changesIn(detail);
  if (email) return message('activity.emailChanged');
  const isConfirmation = others.email_verified?.to === true && Object.keys(others).length === 1;
  return message(isConfirmation ? 'activity.emailConfirmed' : 'activity.updated');
}

const changesIn = (detail: AuditEvent['detail']): MemberChanges => (detail?.changes ?? {}) as MemberChanges;

function factorNamed(detail: AuditEvent['detail']): Text {
  const name = textIn(detail, 'factor');
  return (Object.hasOwn(factorWords, name) && factorWords[name]) || verbatim(name);
}

/** The name of the group or role that an event is about. */
const nameIn = (detail: AuditEvent['detail']): Text => verbatim(textIn(detail, 'name'));

function textIn(detail: AuditEvent['detail'], member: string): string {
  const text = detail?.[member];
  return typeof text === 'string' ? text : '';
}
