import { X509Certificate } from 'node:crypto';
import type { JsonGeneralNames } from '@peculiar/x509';
import {
  type CertificateName,
  certificateNameProblems,
  hasCertificateName,
} from '../../src/protocol/certificate-name.js';
import { certificate, type Subject } from '../support/certificates.js';

describe('G2 the name of a certificate', () => {
  const matches = async (
    name: CertificateName,
    contents: { subject?: Subject; names?: JsonGeneralNames },
  ): Promise<boolean> => {
    expect(certificateNameProblems(name, true)).toEqual([]);
    return hasCertificateName(new X509Certificate((await certificate(contents)).cert), name);
  };
  const subject: Subject = [
    { C: ['SE'] },
    { O: [{ utf8String: 'Smith, Jones + "Co" \\ Ä' }] },
    { OU: ['a'], CN: [{ utf8String: ' robot #1 ' }] },
  ];

  it.each([
    ['as RFC 4514 writes it', 'CN=\\20robot #1\\20+OU=a,O=Smith\\, Jones \\+ \\"Co\\" \\\\ Ä,C=SE'],
    [
      'with its values in hexadecimal',
      'OU=\\61+CN=\\ robot \\#1\\ ,O=Smith\\2C Jones \\2b \\22Co\\22 \\5C \\C3\\84,C=SE',
    ],
    [
      'with types in small letters, by OID, and white space between',
      'ou = a + 2.5.4.3 = \\20robot #1\\20 , o=Smith\\, Jones \\+ \\"Co\\" \\\\ Ä, c=SE',
    ],
  ])('a subject matches %s', async (_title, name) => {
    expect(await matches({ tls_client_auth_subject_dn: name }, { subject })).toBe(true);
  });

  it.each([
    ['in the order of the certificate', 'C=SE,O=Example,CN=robot'],
    ['with a part less', 'CN=robot,O=Example'],
    ['with a part more', 'CN=robot,OU=x,O=Example,C=SE'],
    ['in other letter case', 'CN=Robot,O=Example,C=SE'],
    ['of parts that are one in the certificate', 'CN=robot\\,O=Example,C=SE'],
    ['that is the beginning only', 'CN=robo,O=Example,C=SE'],
  ])('a subject does not match a name %s', async (_title, name) => {
    const other: Subject = [{ C: ['SE'] }, { O: ['Example'] }, { CN: ['robot'] }];
    expect(await matches({ tls_client_auth_subject_dn: 'CN=robot,O=Example,C=SE' }, { subject: other })).toBe(
      true,
    );
    expect(await matches({ tls_client_auth_subject_dn: name }, { subject: other })).toBe(false);
  });

  it('a value that looks like more parts is one value', async () => {
    const forged: Subject = [{ CN: [{ utf8String: 'x\nCN=bank' }] }];
    expect(await matches({ tls_client_auth_subject_dn: 'CN=bank,CN=x' }, { subject: forged })).toBe(false);
    expect(await matches({ tls_client_auth_subject_dn: 'CN=x\\0ACN\\=bank' }, { subject: forged })).toBe(
      true,
    );
    const joined: Subject = [{ CN: [{ utf8String: 'x + OU=bank' }] }];
    expect(await matches({ tls_client_auth_subject_dn: 'CN=x+OU=bank' }, { subject: joined })).toBe(false);
  });

  const names: JsonGeneralNames = [
    { type: 'dns', value: 'robot.example.com' },
    { type: 'url', value: 'spiffe://example.com/robot,DNS:evil.example.com' },
    { type: 'ip', value: '192.0.2.7' },
    { type: 'ip', value: '2001:db8::7' },
    { type: 'email', value: "o'robot@example.com" },
  ];
  it.each<[CertificateName, boolean]>([
    [{ tls_client_auth_san_dns: 'robot.example.com' }, true],
    [{ tls_client_auth_san_dns: 'ROBOT.example.com' }, true],
    [{ tls_client_auth_san_dns: 'example.com' }, false],
    [{ tls_client_auth_san_dns: 'evil.example.com' }, false],
    [{ tls_client_auth_san_uri: 'spiffe://example.com/robot,DNS:evil.example.com' }, true],
    [{ tls_client_auth_san_uri: 'SPIFFE://Example.com/%72obot,DNS:evil.example.com' }, true],
    [{ tls_client_auth_san_uri: 'spiffe://example.com/Robot,DNS:evil.example.com' }, false],
    [{ tls_client_auth_san_uri: 'spiffe://example.com/robot' }, false],
    [{ tls_client_auth_san_uri: 'DNS:robot.example.com' }, false],
    [{ tls_client_auth_san_ip: '192.0.2.7' }, true],
    [{ tls_client_auth_san_ip: '192.0.2.8' }, false],
    [{ tls_client_auth_san_ip: '2001:DB8:0:0::7' }, true],
    [{ tls_client_auth_san_ip: '2001:db8::8' }, false],
    [{ tls_client_auth_san_email: "o'robot@example.com" }, true],
    [{ tls_client_auth_san_email: 'robot@example.com' }, false],
  ])('alternative names: %j is %j', async (name, expected) => {
    expect(await matches(name, { names })).toBe(expected);
  });

  it('a certificate without alternative names matches none', async () => {
    expect(await matches({ tls_client_auth_san_dns: 'robot' }, {})).toBe(false);
  });

  it.each<CertificateName>([
    { tls_client_auth_subject_dn: 'robot' },
    { tls_client_auth_subject_dn: 'CN=' },
    { tls_client_auth_subject_dn: 'CN=robot,' },
    { tls_client_auth_subject_dn: 'CN="robot"' },
    { tls_client_auth_subject_dn: 'CN=#0C05726F626F74' },
    { tls_client_auth_subject_dn: 'CN=robot;O=Example' },
    { tls_client_auth_san_dns: '*.example.com' },
    { tls_client_auth_san_dns: 'robot.example.com.' },
    { tls_client_auth_san_uri: '/robot' },
    { tls_client_auth_san_ip: '192.0.2.256' },
    { tls_client_auth_san_ip: '192.0.2.0/24' },
    { tls_client_auth_san_ip: '::1%lo' },
    { tls_client_auth_san_ip: '1:2' },
    { tls_client_auth_san_email: 'robot' },
  ])('%j cannot be registered', (name) => {
    expect(certificateNameProblems(name, false).map(({ field }) => field)).toEqual(Object.keys(name));
  });

  it('exactly one is registered with tls_client_auth', () => {
    expect(certificateNameProblems({}, true)).toHaveLength(1);
    expect(certificateNameProblems({}, false)).toEqual([]);
    expect(
      certificateNameProblems(
        { tls_client_auth_subject_dn: 'CN=robot', tls_client_auth_san_dns: 'robot' },
        true,
      ),
    ).toEqual([
      { field: 'tls_client_auth_san_dns', reason: 'cannot stand beside another tls_client_auth name' },
    ]);
  });
});
