import { auditTarget } from '../../src/config/audit-target.js';

describe('EYRIE_AUDIT_FORWARD', () => {
  it.each([
    [
      'https://siem.example/in?x=1',
      { kind: 'webhook', url: 'https://siem.example/in?x=1', authorization: undefined },
    ],
    ['https://a:b%20c@siem.example', { authorization: `Basic ${Buffer.from('a:b c').toString('base64')}` }],
    ['http://127.0.0.1:9000/', { kind: 'webhook' }],
    [
      'syslog+tls://log.example?ca=/etc/ca.pem',
      { kind: 'syslog', host: 'log.example', port: 6514, isEncrypted: true, authorities: '/etc/ca.pem' },
    ],
    ['syslog+tcp://[::1]', { host: '::1', port: 601, isEncrypted: false }],
  ])('%s is understood', (value, target) => {
    expect(auditTarget(value, 'EYRIE_AUDIT_FORWARD')).toMatchObject(target);
  });

  it.each([
    ['siem.example', 'is not understood'],
    ['ftp://siem.example', 'is not understood'],
    ['https://', 'is not understood'],
    ['http://siem.example/', 'clear text'],
    ['syslog+tcp://log.example', 'clear text'],
    ['syslog+tls://log.example/path', 'more than a host'],
    ['syslog+tls://user:secret@log.example', 'more than a host'],
    ['syslog+tls://log.example?cert=x', 'more than a host'],
    ['https://a:%zz@siem.example', 'is not understood'],
  ])('%s is refused in one line that does not repeat it', (value, reason) => {
    let message = '';
    try {
      auditTarget(value, 'EYRIE_AUDIT_FORWARD');
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(reason);
    expect(message).not.toContain('secret');
  });
});
