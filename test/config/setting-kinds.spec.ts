import {
  deletionDelay,
  headerName,
  host,
  integer,
  issuer,
  listOf,
  metrics,
  network,
  oneOf,
  onOff,
  redirectScheme,
  registrableScopes,
  seconds,
  secretText,
  secureOrigin,
  text,
  trueFalse,
} from '../../src/config/setting-kinds.js';
import { SettingError } from '../../src/config/setting-error.js';

type Kind = (value: string, name: string) => unknown;

const oneToTen = integer(1, 10);
const letters = listOf(oneOf('a', 'b'));

describe('A kind of setting', () => {
  it.each<[kind: string, value: string, parse: Kind, result: unknown]>([
    ['text', 'any text', text, 'any text'],
    ['an integer', '1', oneToTen, 1],
    ['an integer', '10', oneToTen, 10],
    ['an integer', '007', oneToTen, 7],
    ['seconds', '315360000', seconds(), 315_360_000],
    ['seconds', '0', seconds(0), 0],
    ['one of several', 'b', oneOf('a', 'b'), 'b'],
    ['on or off', 'on', onOff, true],
    ['on or off', 'off', onOff, false],
    ['true or false', 'true', trueFalse, true],
    ['true or false', 'false', trueFalse, false],
    ['a list', 'a, b,,a', letters, ['a', 'b', 'a']],
    ['a list', ' , ', letters, []],
    ['schemes', 'cursor, VSCode', listOf(redirectScheme), ['cursor', 'vscode']],
    ['all scopes', 'all', registrableScopes, 'all'],
    ['scopes', 'openid  profile,contacts.read', registrableScopes, ['openid', 'profile', 'contacts.read']],
    ['a secret', 'x'.repeat(8), secretText(8), 'x'.repeat(8)],
    ['a network', '10.0.0.1', network, '10.0.0.1'],
    ['a network', '10.0.0.0/0', network, '10.0.0.0/0'],
    ['a network', 'fd00::/128', network, 'fd00::/128'],
    ['a host', 'keys.internal', host, 'keys.internal'],
    ['a host', '10.0.0.7:8443', host, '10.0.0.7:8443'],
    ['a host', 'keys.internal:80', host, 'keys.internal:80'],
    ['a host', '[::1]', host, '[::1]'],
    ['the name of a header', 'X-Client-Cert', headerName, 'X-Client-Cert'],
    ['an https origin', 'https://mtls.example.com/', secureOrigin, 'https://mtls.example.com'],
    ['an issuer', 'https://id.example.com/', issuer, 'https://id.example.com'],
    ['an issuer', 'http://localhost:3000', issuer, 'http://localhost:3000'],
    ['a delay', 'off', deletionDelay, undefined],
    ['a delay', '0', deletionDelay, 0],
    ['a delay', '36h', deletionDelay, 129_600],
    ['a delay', '14d', deletionDelay, 1_209_600],
    ['a delay', '365d', deletionDelay, 31_536_000],
    ['metrics', 'off', metrics, undefined],
    ['metrics', 'token', metrics, { addresses: [] }],
    ['metrics', '10.0.0.0/8, ::1', metrics, { addresses: ['10.0.0.0/8', '::1'] }],
  ])('%s reads "%s"', (_kind, value, parse, result) => {
    expect(parse(value, 'SETTING')).toEqual(result);
  });

  it.each<[kind: string, value: string, parse: Kind, remedy: string]>([
    ['an integer', '11', oneToTen, 'use a whole number from 1 to 10'],
    ['an integer', '0', oneToTen, 'use a whole number from 1 to 10'],
    ['an integer', '0x1', oneToTen, 'use a whole number from 1 to 10'],
    ['seconds', '0', seconds(), 'use a whole number from 1 to'],
    ['seconds', '315360001', seconds(), 'use a whole number from 1 to 315360000'],
    ['one of several', 'c', oneOf('a', 'b'), 'use one of a, b'],
    ['on or off', 'true', onOff, 'use one of on, off'],
    ['true or false', 'on', trueFalse, 'use one of true, false'],
    ['a list', 'a,c', letters, 'use one of a, b'],
    ['a secret', 'hunter2', secretText(8, ', please'), '8 characters or more, please'],
    ['scopes', 'openid eyrie.admin.read', registrableScopes, 'without those of the admin API'],
    ['scopes', 'openid "x"', registrableScopes, 'use all, or scopes separated by spaces'],
    ['schemes', 'cursor:', listOf(redirectScheme), 'use the schemes of applications, without a colon'],
    ['schemes', 'cursor,javascript', listOf(redirectScheme), 'use the schemes of applications'],
    ['schemes', 'HTTP', listOf(redirectScheme), 'use the schemes of applications'],
    ['a network', 'example.com', network, 'use addresses or CIDR blocks'],
    ['a network', '10.0.0.0/33', network, 'use addresses or CIDR blocks'],
    ['a host', 'https://keys.internal', host, 'use hosts such as'],
    ['a host', 'Keys.Internal', host, 'use hosts such as'],
    ['the name of a header', 'Client Cert', headerName, 'use the name of a header'],
    ['an https origin', 'http://mtls.example.com', secureOrigin, 'use an https origin'],
    ['an https origin', 'https://mtls.example.com/token', secureOrigin, 'use an https origin'],
    ['an issuer', 'id.example.com', issuer, 'set it to the URL that browsers see'],
    ['an issuer', 'http://id.example.com', issuer, 'set it to the URL that browsers see'],
    ...['14', 'on', '-1d', '0d', '1.5d', '14 d', '14D', '2w', '366d', '99999h', '1e3d'].map(
      (value): [string, string, Kind, string] => ['a delay', value, deletionDelay, 'use off, 0, or a delay'],
    ),
    ['metrics', 'on', metrics, 'use off, token, or addresses'],
  ])('%s refuses "%s" in one line with the setting and the remedy', (_kind, value, parse, remedy) => {
    const read = (): unknown => parse(value, 'SETTING');
    expect(read).toThrow(SettingError);
    expect(read).toThrow(/^SETTING .*$/);
    expect(read).toThrow(remedy);
    expect(read).not.toThrow(/hunter2/);
  });
});
