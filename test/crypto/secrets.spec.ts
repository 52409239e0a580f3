import { verifySync } from '@node-rs/argon2';
import { openSuccessor, sameHash, sealSuccessor, Secrets } from '../../src/crypto/secrets.js';
import { generateOpaqueToken, lookupHash } from '../../src/crypto/opaque-token.js';
import { decoy, PasswordHasher } from '../../src/crypto/password.js';

describe('Sealed values', () => {
  const secrets = new Secrets('a secret of thirty-two characters');

  it.each([{ a: 1, list: ['🦅', null] }, 'text', 0, null])('%j opens again', async (value) => {
    expect(await secrets.unseal('interaction', await secrets.seal('interaction', value))).toEqual(value);
  });

  it('the same value is sealed differently each time, and safe in a URL', async () => {
    const [first, second] = [await secrets.seal('interaction', 'x'), await secrets.seal('interaction', 'x')];
    expect(first).not.toBe(second);
    expect(first).toMatch(/^[\w.~-]+$/);
  });

  it('one sealed for another purpose, or with another secret, does not open', async () => {
    const sealed = await secrets.seal('interaction', { user: 'alice' });
    expect(await secrets.unseal('sign-out', sealed)).toBeUndefined();
    expect(
      await new Secrets('another secret of 32 characters!!').unseal('interaction', sealed),
    ).toBeUndefined();
  });

  it('one that was changed at any place does not open', async () => {
    const sealed = await secrets.seal('interaction', { user: 'alice' });
    for (let index = 0; index < sealed.length; index += 7) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
      expect(await secrets.unseal('interaction', changed)).toBeUndefined();
    }
  });

  it.each(['', '.', '....', 'a.b.c.d.e', 'x'.repeat(100_000), '\0'])(
    'garbage (%.10s) does not open',
    async (text) => {
      expect(await secrets.unseal('interaction', text)).toBeUndefined();
    },
  );
});

describe('Client secrets', () => {
  it('are hashed under the secret of the service', () => {
    const [one, other] = [new Secrets('x'.repeat(32)), new Secrets('y'.repeat(32))];
    expect(one.hashClientSecret('s')).toMatch(/^[\w-]{43}$/);
    expect(one.hashClientSecret('s')).toBe(one.hashClientSecret('s'));
    expect(one.hashClientSecret('s')).not.toBe(one.hashClientSecret('t'));
    expect(one.hashClientSecret('s')).not.toBe(other.hashClientSecret('s'));
  });

  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['', '', true],
  ])('sameHash(%s, %s) is %s', (left, right, same) => {
    expect(sameHash(left, right)).toBe(same);
  });
});

describe("A refresh token's successor", () => {
  it('opens with its parent and with nothing else', () => {
    const [parent, successor] = [generateOpaqueToken(), generateOpaqueToken()];
    const sealed = sealSuccessor(parent, successor);
    expect(sealed).not.toContain(successor);
    expect(sealed.length).toBeLessThanOrEqual(128);
    expect(openSuccessor(parent, sealed)).toBe(successor);
    expect(() => openSuccessor(generateOpaqueToken(), sealed)).toThrow(/authenticate/);
    expect(() => openSuccessor(parent, sealed.slice(4))).toThrow(/authenticate/);
  });
});

describe('Opaque tokens', () => {
  it('have 256 bits, each its own', () => {
    const tokens = Array.from({ length: 5_000 }, generateOpaqueToken);
    expect(new Set(tokens).size).toBe(tokens.length);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('no byte of theirs leans to a value', () => {
    const counts = Array.from({ length: 256 }, () => 0);
    for (let i = 0; i < 4_000; i++)
      for (const byte of Buffer.from(generateOpaqueToken(), 'base64url'))
        counts[byte] = (counts[byte] ?? 0) + 1;
    const expected = (4_000 * 32) / 256;
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.35);
  });

  it('are stored as SHA-256', () => {
    expect(lookupHash('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});

describe('Passwords', () => {
  const hasher = new PasswordHasher();

  it('are hashed with argon2id (19 MiB, t=2, p=1) and a salt of their own', async () => {
    const [one, two] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await hasher.verify(one, 'correct horse')).toBe(true);
    expect(await hasher.verify(one, 'Correct horse')).toBe(false);
  });

  it('are compared with a decoy where there is no hash: it can be read, and costs as much as a new one', async () => {
    const costOf = (hash: string): string | undefined => /\$m=\d+,t=\d+,p=\d+\$/.exec(hash)?.[0];
    const lengthsOf = (hash: string): number[] => hash.split('$').map(({ length }) => length);
    const stored = await hasher.hash('x');
    expect(costOf(decoy)).toBe(costOf(stored));
    expect(lengthsOf(decoy)).toEqual(lengthsOf(stored));
    // What could not be read would be refused at once.
    expect(verifySync(decoy, 'x')).toBe(false);
    expect(await hasher.verify(undefined, 'x')).toBe(false);
  });

  it.each(['', 'x'.repeat(10_000), '🦅\0é'])('any text can be one (%.5s)', async (password) => {
    const stored = await hasher.hash(password);
    expect(await hasher.verify(stored, password)).toBe(true);
    expect(await hasher.verify(stored, `${password}x`)).toBe(false);
  });
});
