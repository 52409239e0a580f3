import { resolve } from 'node:path';
import { databaseUrl, type MysqlSetting, type PostgresSetting } from '../../src/config/database-url.js';

const read = (value: string): unknown => databaseUrl(value, 'DATABASE_URL');
const mysql = {
  kind: 'mysql',
  host: 'db',
  port: 3306,
  username: 'u',
  password: 'p',
  database: 'eyrie',
  ssl: { mode: 'DISABLED' },
};

const postgres = { ...mysql, kind: 'postgres', port: 5432, ssl: { mode: 'disable' } };

describe('DATABASE_URL', () => {
  it.each([
    ['sqlite:a.sqlite', 'a.sqlite'],
    ['sqlite:./data/a.sqlite', 'data/a.sqlite'],
    ['sqlite://data/a.sqlite', 'data/a.sqlite'],
    ['sqlite://./a.sqlite', 'a.sqlite'],
    ['sqlite:///data/a.sqlite', '/data/a.sqlite'],
    ['sqlite:/data/a.sqlite', '/data/a.sqlite'],
    ['SQLite:a%20b.sqlite', 'a%20b.sqlite'],
  ])('%s is the file %s', (value, path) => {
    expect(read(value)).toEqual({ kind: 'sqlite', path: resolve(path) });
  });

  it.each<[value: string, setting: Partial<MysqlSetting>]>([
    ['mysql://u:p@db/eyrie', {}],
    ['MySQL://u:p@db:3307/eyrie', { port: 3307 }],
    ['mysql://u:p@[::1]:3307/eyrie', { host: '::1', port: 3307 }],
    ['mysql://u:p@[2001:db8::7]/eyrie', { host: '2001:db8::7' }],
    ['mysql://u:p@127.0.0.1/eyrie', { host: '127.0.0.1' }],
    ['mysql://db/eyrie', { username: '', password: '' }],
    ['mysql://a%40b:p%2F%23%3F%25%3A@db/my%2Ddb', { username: 'a@b', password: 'p/#?%:', database: 'my-db' }],
    ['mysql://u:p+q@db/eyrie', { password: 'p+q' }],
  ])('%s is understood', (value, setting) => {
    expect(read(value)).toEqual({ ...mysql, ...setting });
  });

  it.each<[options: string, ssl: MysqlSetting['ssl']]>([
    ['ssl-mode=DISABLED', { mode: 'DISABLED' }],
    ['ssl-mode=REQUIRED', { mode: 'REQUIRED' }],
    ['ssl-mode=verify_ca', { mode: 'VERIFY_CA' }],
    ['ssl_mode=VERIFY_IDENTITY', { mode: 'VERIFY_IDENTITY' }],
    ['ssl-ca=/etc/ssl/ca.pem', { mode: 'VERIFY_CA', ca: '/etc/ssl/ca.pem' }],
    ['ssl-mode=REQUIRED&ssl-ca=ca.pem', { mode: 'VERIFY_CA', ca: 'ca.pem' }],
    ['ssl-cert=c.pem&ssl-key=k.pem', { mode: 'REQUIRED', cert: 'c.pem', key: 'k.pem' }],
    ['ssl-mode=VERIFY_IDENTITY&ssl-ca=%2Fmy%20ca.pem', { mode: 'VERIFY_IDENTITY', ca: '/my ca.pem' }],
  ])('?%s is TLS as the clients of MySQL have it', (options, ssl) => {
    expect(read(`mysql://u:p@db/eyrie?${options}`)).toEqual({ ...mysql, ssl });
  });

  it.each<[value: string, setting: Partial<PostgresSetting>]>([
    ['postgres://u:p@db/eyrie', {}],
    ['postgresql://u:p@db:5433/eyrie', { port: 5433 }],
    ['postgres://u:p@[::1]/eyrie', { host: '::1' }],
    ['postgres://a%40b:p%2F%23@db/my%2Ddb', { username: 'a@b', password: 'p/#', database: 'my-db' }],
  ])('%s is understood', (value, setting) => {
    expect(read(value)).toEqual({ ...postgres, ...setting });
  });

  it.each<[options: string, ssl: PostgresSetting['ssl']]>([
    ['sslmode=disable', { mode: 'disable' }],
    ['sslmode=require', { mode: 'require' }],
    ['sslmode=verify-ca', { mode: 'verify-ca' }],
    ['sslmode=verify-full&sslrootcert=%2Fmy%20ca.pem', { mode: 'verify-full', ca: '/my ca.pem' }],
    ['sslmode=require&sslrootcert=ca.pem', { mode: 'verify-ca', ca: 'ca.pem' }],
    ['sslcert=c.pem&sslkey=k.pem', { mode: 'require', cert: 'c.pem', key: 'k.pem' }],
  ])('?%s is TLS as libpq has it', (options, ssl) => {
    expect(read(`postgres://u:p@db/eyrie?${options}`)).toEqual({ ...postgres, ssl });
  });

  it.each([
    [
      'postgres://u:hunter2@db/eyrie?options=-c',
      'has the unknown option "options": use sslmode, sslrootcert',
    ],
    ['postgres://u:hunter2@db/eyrie?ssl-mode=REQUIRED', 'has the unknown option "ssl-mode"'],
    ['postgres://u:hunter2@db/eyrie?sslmode=prefer', 'has the sslmode "prefer": use one of disable, require'],
    ['postgres://u:hunter2@db/eyrie?sslmode=no-verify', 'has the sslmode "no-verify"'],
    ['postgres://u:hunter2@db/eyrie?sslkey=a', 'has sslkey alone: set both'],
    [
      'postgres://u:hunter2@db/eyrie?sslmode=disable&sslrootcert=a',
      'has files for TLS beside sslmode=disable',
    ],
    ['postgres://u:hunter2@10.0.0.7/eyrie?sslmode=verify-full', 'has sslmode=verify-full beside an address'],
    ['postgres://u:hunter2@db', 'is not understood'],
    ['postgres://u:hunter2@/eyrie', 'is not understood'],
    ['mysql://u:hunter2@db/eyrie?charset=latin1', 'has the unknown option "charset": use ssl-mode'],
    ['mysql://u:hunter2@db/eyrie?ssl=true', 'has the unknown option "ssl"'],
    ['mysql://u:hunter2@db/eyrie?sslmode=require', 'has the unknown option "sslmode"'],
    ['mysql://u:hunter2@db/eyrie?ssl-mode=PREFERRED', 'has the ssl-mode "PREFERRED": use one of DISABLED'],
    ['mysql://u:hunter2@db/eyrie?ssl-mode=', 'needs ssl-mode once, with a value'],
    ['mysql://u:hunter2@db/eyrie?ssl-ca=a&ssl_ca=b', 'needs ssl-ca once, with a value'],
    ['mysql://u:hunter2@db/eyrie?ssl-cert=a', 'has ssl-cert alone: set both'],
    ['mysql://u:hunter2@db/eyrie?ssl-mode=DISABLED&ssl-ca=a', 'has files for TLS beside ssl-mode=DISABLED'],
    ['mysql://u:hunter2@10.0.0.7/eyrie?ssl-mode=VERIFY_IDENTITY', 'has ssl-mode=VERIFY_IDENTITY beside an'],
    ['mysql://u:hunter2@[::1]/eyrie?ssl-mode=VERIFY_IDENTITY', 'has ssl-mode=VERIFY_IDENTITY beside an'],
    ['mysql://u:hunter2%zz@db/eyrie', 'has a "%" that begins no percent-encoding'],
    ['mysql://u:hunter2@db/eyrie#x', 'is not understood'],
    ['mysql://u:hunter2@db/eyrie/x', 'is not understood'],
    ['mysql://u:hunter2@db', 'is not understood'],
    ['mysql://u:hunter2@/eyrie', 'is not understood'],
    ['sqlite:a.sqlite?mode=ro', 'has options after "?", which a sqlite: URL cannot have'],
    ['sqlite:', 'is not understood'],
    ['sqlite://', 'is not understood'],
    ['sqlite:data/', 'is not understood'],
    ['sqlite:///:memory:', 'is not understood'],
  ])('%s is refused in one line without the password', (value, reason) => {
    const refused = (): unknown => read(value);
    expect(refused).toThrow(`DATABASE_URL ${reason}`);
    expect(refused).toThrow(/^(?!.*hunter2).*$/);
  });
});
