import { bindRefusal, entryRefusal } from '../../../src/sign-in/upstream/ldap/bind-refusal.js';
import { answerOf, subjectValue } from '../../../src/sign-in/upstream/ldap/entry.js';
import { personFilter } from '../../../src/sign-in/upstream/ldap/person-filter.js';
import { directoryServer } from '../../../src/sign-in/upstream/ldap/servers.js';
import { isStartTlsAccepted } from '../../../src/sign-in/upstream/ldap/socket.js';

const diagnostic = (code: string): string =>
  `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${code}, v3839`;

describe('A failed bind of Active Directory', () => {
  it.each([
    ['525', 'unknown_person'],
    ['52e', 'wrong_password'],
    ['532', 'password_expired'],
    ['533', 'disabled'],
    ['701', 'expired'],
    ['773', 'password_must_change'],
    ['775', 'locked'],
    ['999', 'wrong_password'],
  ])('with the sub-code %s means %s', (code, reason) => {
    expect(bindRefusal(diagnostic(code))).toBe(reason);
  });
});

describe('An entry', () => {
  // 2026-01-01T00:00:00Z
  const now = 1_767_225_600;
  const fileTime = (seconds: number): string => String(BigInt(seconds + 11_644_473_600) * 10_000_000n);
  it.each([
    ['that nothing speaks against', { userAccountControl: '512' }, undefined],
    ['whose account is disabled', { userAccountControl: '514' }, 'disabled'],
    ['that expired a second ago', { accountExpires: fileTime(now - 1) }, 'expired'],
    ['that expires in a second', { accountExpires: fileTime(now + 1) }, undefined],
    ['that never expires', { accountExpires: '9223372036854775807' }, undefined],
    ['that never expires, as 0', { accountExpires: '0' }, undefined],
    ['whose password must be changed', { pwdLastSet: '0' }, 'password_must_change'],
    ['that ppolicy has locked for good', { pwdAccountLockedTime: '000001010000Z' }, 'locked'],
    ['that FreeIPA has locked', { nsAccountLock: 'TRUE' }, 'disabled'],
  ])('%s is refused as %s', (_name, attributes: Readonly<Record<string, string>>, reason) => {
    expect(entryRefusal((attribute) => attributes[attribute] ?? '', now)).toBe(reason);
  });

  it('has its objectGUID as Windows writes it, whatever the case of attribute names', () => {
    const upstream = {
      claims: { username: 'samaccountname' },
      subject_claim: 'objectGUID',
      attributes: { skills: 'skill' },
      required_claims: { sAMAccountName: 'nora' },
      group_map: {},
    };
    const entry = {
      dn: 'CN=Nora,DC=acme,DC=example',
      objectGUID: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
      sAMAccountName: 'nora',
      Skill: ['Go', 'Chess'],
    };
    expect(answerOf(upstream as never, entry)).toEqual({
      subject: '33221100-5544-7766-8899-aabbccddeeff',
      claims: { samaccountname: 'nora' },
      values: { skill: ['Go', 'Chess'], sAMAccountName: ['nora'] },
    });
    // And is searched for by its bytes again.
    expect(subjectValue('objectguid', '33221100-5544-7766-8899-aabbccddeeff')).toEqual(entry.objectGUID);
  });

  it.each([
    ['objectSid', '010500000000000515000000a065cf7e784b9b5fe77c8770091c0100'],
    ['GUID', '33221100-5544-7766-8899-aabbccddeeff'],
    ['ms-ds-consistencyguid', '0011'],
  ])('is searched for by the bytes of %s', (attribute, subject) => {
    const value = subjectValue(attribute, subject);
    expect(value).toBeInstanceOf(Buffer);
    const upstream = {
      claims: {},
      attributes: {},
      subject_claim: attribute,
      required_claims: {},
      group_map: {},
    };
    expect(answerOf(upstream as never, { dn: 'cn=x', [attribute]: value })?.subject).toBe(subject);
  });

  it.each([
    ['uid', 'abcd'],
    ['objectGUID', 'no bytes'],
  ])('is searched for by the text of %s where it is one', (attribute, subject) => {
    expect(subjectValue(attribute, subject)).toBe(subject);
  });
});

describe('A typed name', () => {
  it.each([
    ['nora', '(uid=nora)'],
    ['*', '(uid=\\2a)'],
    ['a)(b=\\', '(uid=a\\29\\28b=\\5c)'],
    ['{username}', '(uid={username})'],
    ['$&\u0000', '(uid=$&\\00)'],
  ])('%j is nothing but a value in the filter', (name, filter) => {
    expect(personFilter('(uid={username})', name)).toBe(filter);
  });
});

describe('The URL of a directory', () => {
  const rules = { allowsPlaintext: false, startsTls: false };
  it.each([
    ['ldaps://dc1.acme.example', rules, { host: 'dc1.acme.example', port: 636, encryption: 'tls' }],
    ['ldap://dc1.acme.example:3389', { ...rules, startsTls: true }, { port: 3389, encryption: 'start-tls' }],
    ['ldap://[::1]', rules, { host: '::1', port: 389, encryption: 'none' }],
    ['ldap://dc1.acme.example', { ...rules, allowsPlaintext: true }, { encryption: 'none' }],
  ])('%s is understood', (address, given, server) => {
    expect(directoryServer(address, given)).toMatchObject(server);
  });

  it.each([
    'ldap://dc1.acme.example',
    'ldaps://',
    'ldaps://a:0',
    'ldaps://user@a',
    'https://a',
    'ldaps://a/dc=x?uid',
  ])('%s is refused', (address) => {
    expect(typeof directoryServer(address, rules)).toBe('string');
  });
});

describe('An answer to StartTLS', () => {
  const bytes = (hexadecimal: string): Buffer => Buffer.from(hexadecimal.replaceAll(' ', ''), 'hex');

  it.each([
    ['OpenLDAP', '30 0c 02 01 01 78 07 0a 01 00 04 00 04 00'],
    ['Active Directory', '30 84 00 00 00 10 02 01 01 78 84 00 00 00 07 0a 01 00 04 00 04 00'],
  ])('of %s is one of success', (_server, answer) => {
    expect(isStartTlsAccepted(bytes(answer))).toBe(true);
  });

  it.each([
    ['a refusal', '30 0c 02 01 01 78 07 0a 01 34 04 00 04 00'],
    ['an answer to another message', '30 0c 02 01 02 78 07 0a 01 00 04 00 04 00'],
    ['a bind response', '30 0c 02 01 01 61 07 0a 01 00 04 00 04 00'],
    ['an indefinite length', '30 80 02 01 01 78 07 0a 01 00 04 00 04 00'],
    ['a length beyond the message', '30 0c 02 01 01 78 7f 0a 01 00 04 00 04 00'],
    ['nothing', ''],
  ])('that is %s is none of success', (_what, answer) => {
    expect(isStartTlsAccepted(bytes(answer))).toBe(false);
  });
});
