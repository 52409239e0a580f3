import { type AuditEventName, auditEventNames, auditEvents } from '../../src/audit/events.js';
import {
  activityEvents,
  activityWords,
  changedMembers,
  type PersonalEventName,
  wordsOf,
} from '../../src/account/activity-words.js';
import { languages } from '../../src/locales/languages.js';
import { verbatim } from '../../src/locales/message.js';
import { inEnglish, translatorOf } from '../../src/locales/translator.js';
import { factorMethods } from '../../src/protocol/factors.js';
import { profileColumns } from '../../src/directory/profile-claims.js';

const isPersonal = (name: AuditEventName): name is PersonalEventName =>
  (auditEvents[name].about as readonly string[]).includes('userId');
const personal = auditEventNames.filter(isPersonal);

/** What the page leaves out, and why it may. */
const leftOut = {
  'access_token.revoked': 'one token of many; the end of the access is there',
  'client.manager_added': 'which clients somebody administers is the business of the service',
  'client.manager_removed': 'likewise',
  'organization.invitation_accepted': 'the membership that it leads to is there',
  'organization.membership_changed': 'the person belongs to the organization as before',
  'logout_delivery.retried': 'an administrator sends a notice to an application once more',
  'token.issued': 'it would be most of the page; when access began and ended is there',
  'user.deleted': 'nobody is left to see it',
};

const told = { actor: 'user:u1', client: verbatim('MessageWriter'), detail: null };
const english = (event: string, detail: Record<string, object | string> | null = null): string => {
  const words = wordsOf(event, { ...told, detail });
  return words ? inEnglish(words) : 'no words';
};

describe('An audit event about a person', () => {
  it.each(personal)('has words for that person, or a reason to have none: %s', (name) => {
    expect(Object.keys(activityWords)).toContain(name);
    expect(activityWords[name] === null).toBe(name in leftOut);
  });

  it.each(activityEvents)('is in words of its own in each language: %s', (name) => {
    const texts = languages.map((language) => {
      const words = wordsOf(name, { ...told, detail: { factor: 'passkey', purpose: 'password_reset' } });
      return words ? translatorOf(language).textOf(words) : '';
    });
    expect(texts.every((text) => text !== '' && !/undefined|{{/.test(text))).toBe(true);
    expect(new Set(texts).size).toBe(languages.length);
  });

  it('and nothing else is listed', () => {
    expect(Object.keys(activityWords).toSorted()).toEqual(personal.toSorted());
    expect(activityEvents).toHaveLength(personal.length - Object.keys(leftOut).length);
  });

  it('that the page leaves out has no words, and neither has one that is unknown', () => {
    for (const event of ['user.deleted', 'client.deleted', 'toString', ''])
      expect(english(event)).toBe('no words');
  });
});

describe('The words of an event', () => {
  it.each([
    ['factor.added', { factor: 'passkey' }, 'Added to your sign-in: passkey'],
    ['factor.removed', { factor: 'all' }, 'Removed from your sign-in: everything but the password'],
    ['user.link_mailed', { purpose: 'password_reset' }, 'A link to choose a new password was mailed to you'],
    ['user.link_mailed', { purpose: 'something new' }, 'A link was mailed to you'],
    ['grants.revoked', { revoked: 'all' }, 'The access of MessageWriter was withdrawn'],
    ['user.updated', { changes: { email: {}, email_verified: {} } }, 'Your e-mail address was changed'],
    [
      'user.updated',
      { changes: { email_verified: { from: false, to: true } } },
      'Your e-mail address was confirmed',
    ],
    ['user.updated', { changes: { email_verified: { from: true, to: false } } }, 'Your account was changed'],
    ['user.updated', { changes: { name: {} } }, 'Your account was changed'],
  ])('%s with %j', (event, detail, expected) => {
    expect(english(event, detail)).toBe(expected);
  });

  it('say whether a session was ended or expired, and whether one application lost its access or all', () => {
    expect(english('session.ended')).toBe('A session was ended');
    const expired = wordsOf('session.ended', { ...told, actor: 'eyrie:session-expiry' });
    expect(expired && inEnglish(expired)).toBe('A session expired');
    const all = wordsOf('grants.revoked', { ...told, client: undefined });
    expect(all && inEnglish(all)).toBe('The access of all applications was withdrawn');
  });

  it.each(Object.keys(factorMethods))('know the factor %s', (factor) => {
    expect(wordsOf('factor.added', { ...told, detail: { factor } })?.values?.factor).toHaveProperty('key');
  });

  it('name each member of the profile that an update can change, without its values', () => {
    const names = ['username', 'administrator', ...Object.keys(profileColumns)];
    const change = { from: 'Rosamunde', to: 'Rosalinde' };
    for (const name of names) {
      const members = changedMembers({ event: 'user.updated', detail: { changes: { [name]: change } } });
      expect({ name, count: members.length }).toEqual({ name, count: 1 });
      expect(members.map((member) => inEnglish(member)).join()).not.toMatch(/Rosa/);
    }
  });
});
