import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { Algorithm, hash as argon2Hash } from '@node-rs/argon2';
import { PasswordHasher } from '../../src/crypto/password.js';
import { isStoredHash } from '../../src/crypto/password-hashes/hash-kinds.js';

const password = 'the key to the garden gate';
const salt = Buffer.from('salt of 16 bytes');
const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const pbkdf2 = (digest: string, length: number): string =>
  text(pbkdf2Sync(password, salt, 1_000, length, digest));

const hashes: Readonly<Record<string, () => Promise<string> | string>> = {
  'argon2i of little memory': () =>
    argon2Hash(password, { algorithm: Algorithm.Argon2i, memoryCost: 1_024, timeCost: 2, parallelism: 2 }),
  'PBKDF2 with SHA-1': () => `$pbkdf2-sha1$i=1000$${text(salt)}$${pbkdf2('sha1', 20)}`,
  'PBKDF2 with SHA-256': () => `$pbkdf2-sha256$i=1000$${text(salt)}$${pbkdf2('sha256', 64)}`,
  'PBKDF2 with SHA-512, as passlib writes it': () =>
    `$pbkdf2-sha512$1000$${text(salt)}$${pbkdf2('sha512', 64)}`.replaceAll('+', '.'),
  scrypt: () =>
    `$scrypt$ln=14,r=8,p=1$${text(salt)}$${text(scryptSync(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 }))}`,
  bcrypt: () => '$2b$04$Z0Qg4rF3w4HBGixDI4QAk.PPlFdzM1DD1s33zGoy9aGUL4fpx9pCa',
};

describe('K6 a password hash of another service', () => {
  const hasher = new PasswordHasher();

  it.each(Object.entries(hashes))('%s matches its password alone, and is outdated', async (_name, make) => {
    const stored = await make();
    expect(isStoredHash(stored)).toBe(true);
    expect(await hasher.compare(stored, password)).toBe('outdated');
    expect(await hasher.compare(stored, `${password}s`)).toBe('wrong');
  });

  it.each([
    ['takes gigabytes', '$argon2id$v=19$m=4194304,t=2,p=1$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
    ['has no passes', '$argon2id$v=19$m=1024,t=0,p=1$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
    ['has no lanes', '$argon2id$v=19$m=1024,t=2,p=0$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
    ['takes gigabytes by scrypt', '$scrypt$ln=20,r=8,p=1$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
    ['takes minutes', '$pbkdf2-sha256$i=100000000$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
    ['takes minutes by bcrypt', `$2b$31$${'a'.repeat(53)}`],
    ['is of an unknown kind', '$md5$c2FsdA$aGFzaCBvZiAxNiBieXRl'],
    ['is a password', 'correct horse battery staple'],
    ['has a line end', `$2b$12$${'a'.repeat(53)}\n`],
  ])('is refused, and matches nothing, if it %s', async (_name, stored) => {
    expect(isStoredHash(stored)).toBe(false);
    expect(await hasher.compare(stored, password)).toBe('wrong');
  });

  it.each([
    [
      'less memory than its lanes need',
      '$argon2id$v=19$m=8,t=1,p=19$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl',
    ],
    ['a salt that is no base64', '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAA1$aGFzaCBvZiAxNiBieXRl'],
    ['a bcrypt cost that there is not', `$2b$00$${'a'.repeat(53)}`],
    ['a bcrypt salt that is none', `$2b$04$${'.'.repeat(53)}`],
    ['a scrypt cost of nothing', '$scrypt$ln=0,r=8,p=1$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
    ['scrypt blocks of nothing', '$scrypt$ln=4,r=0,p=0$c2FsdCBvZiAxNiBieXRlcw$aGFzaCBvZiAxNiBieXRl'],
  ])('with %s matches no password, and fails no sign-in', async (_name, stored) => {
    expect(await hasher.compare(stored, password)).toBe('wrong');
  });
});
