import { generateKeyPairSync, type KeyObject, sign, type SignKeyObjectInput } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CompactSign, exportJWK } from 'jose';
import { readJws } from '../../src/issuer/jws.js';
import { PublishedKeys } from '../../src/issuer/published-keys.js';
import { signatureCheck } from '../../src/issuer/signature.js';

interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const ec = (namedCurve: string): Pair => generateKeyPairSync('ec', { namedCurve });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ed25519 = generateKeyPairSync('ed25519');
const [p256, p384, p521] = [ec('P-256'), ec('P-384'), ec('P-521')];

const FITTING: [alg: string, pair: Pair][] = [
  ['ES256', p256],
  ['ES384', p384],
  ['ES512', p521],
  ['RS256', rsa],
  ['RS384', rsa],
  ['RS512', rsa],
  ['PS256', rsa],
  ['PS384', rsa],
  ['PS512', rsa],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
];

async function signed(alg: string, key: KeyObject): Promise<{ signed: string; signature: string }> {
  const jws = readJws(await new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg }).sign(key));
  if (jws === undefined) throw new Error('no JWS');
  return jws;
}

describe('The check of signatures', () => {
  it.each(FITTING)('%s takes what another library signed, and nothing near it', async (alg, pair) => {
    const jws = await signed(alg, pair.privateKey);
    const check = signatureCheck(alg, pair.publicKey);
    expect(check(jws.signed, jws.signature)).toBe(true);
    expect(check(`${jws.signed}A`, jws.signature)).toBe(false);
    const bytes = Buffer.from(jws.signature, 'base64url');
    const changed = Buffer.from(bytes);
    changed[7] = (changed[7] ?? 0) ^ 1;
    for (const wrong of [
      changed,
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      Buffer.alloc(bytes.length),
      Buffer.alloc(0),
    ]) {
      expect(check(jws.signed, wrong.toString('base64url'))).toBe(false);
    }
  });

  const UNFIT: [title: string, alg: string, key: KeyObject][] = [
    ['an RSA key for ES256', 'ES256', rsa.publicKey],
    ['an EC key for RS256', 'RS256', p256.publicKey],
    ['an Ed25519 key for ES256', 'ES256', ed25519.publicKey],
    ['an EC key for EdDSA', 'EdDSA', p256.publicKey],
    ['an Ed448 key for EdDSA', 'EdDSA', generateKeyPairSync('ed448').publicKey],
    ['a P-384 key for ES256', 'ES256', p384.publicKey],
    ['a P-256 key for ES512', 'ES512', p256.publicKey],
    ['a secp256k1 key for ES256', 'ES256', ec('secp256k1').publicKey],
    ['an RSA key of 1024 bits for RS256', 'RS256', weak.publicKey],
    ['an RSA key of 1024 bits for PS256', 'PS256', weak.publicKey],
    ['a private key', 'ES256', p256.privateKey],
    ['an algorithm that is none', 'none', p256.publicKey],
    ['an algorithm by a shared secret', 'HS256', p256.publicKey],
    ['an algorithm that every object has', 'constructor', p256.publicKey],
  ];

  it.each(UNFIT)('is not made of %s', (_title, alg, key) => {
    expect(() => signatureCheck(alg, key)).toThrow(TypeError);
  });

  it.each<[title: string, alg: string, from: Pair, how: Omit<SignKeyObjectInput, 'key'>]>([
    ['PS256 where RS256 is expected', 'RS256', rsa, { padding: 6 }],
    ['RS256 where PS256 is expected', 'PS256', rsa, {}],
    ['PS256 with a salt of another length', 'PS256', rsa, { padding: 6, saltLength: 20 }],
    ['ES256 in DER', 'ES256', p256, { dsaEncoding: 'der' }],
  ])('refuses %s', (_title, alg, { publicKey, privateKey }, how) => {
    const signature = sign('sha256', Buffer.from('a.b'), { key: privateKey, ...how }).toString('base64url');
    expect(signatureCheck(alg, publicKey)('a.b', signature)).toBe(false);
  });
});

describe('Published keys', () => {
  const jwk = async ({ publicKey }: Pair, members: object = {}) => ({
    ...(await exportJWK(publicKey)),
    ...members,
  });

  it('are found by kid and alg, and made ready once', async () => {
    const keys = new PublishedKeys({ keys: [await jwk(p256, { kid: 'a' }), await jwk(rsa, { kid: 'b' })] });
    const found = keys.find('ES256', 'a');
    expect(found).toBeDefined();
    expect(keys.find('ES256', 'a')).toBe(found);
    expect(keys.find('ES256', 'b')).toBeUndefined();
    expect(keys.find('RS256', { toString: () => 'b' })).toBeUndefined();
    expect(keys.find('ES256', 'c')).toBeUndefined();
  });

  it.each([
    ['no kid at all', undefined],
    ['a kid that no key has', 'unknown'],
  ])('without kid are tried one after the other, four at most, for a token with %s', async (_what, kid) => {
    const pairs = Array.from({ length: 5 }, () => ec('P-256'));
    const keys = new PublishedKeys({ keys: await Promise.all(pairs.map((pair) => jwk(pair))) });
    const check = keys.find('ES256', kid);
    const outcomes = [];
    for (const { privateKey } of pairs) {
      const jws = await signed('ES256', privateKey);
      outcomes.push(check?.(jws.signed, jws.signature));
    }
    expect(outcomes).toEqual([true, true, true, true, false]);
  });

  it('with the kid of the token are the only ones that count', async () => {
    const keys = new PublishedKeys({ keys: [await jwk(p256, { kid: 'a' }), await jwk(ec('P-256'))] });
    const jws = await signed('ES256', p256.privateKey);
    expect(keys.find('ES256', 'a')?.(jws.signed, jws.signature)).toBe(true);
    expect(keys.find('ES256', 'b')?.(jws.signed, jws.signature)).toBe(false);
  });

  it('one that cannot be used does not stand in the way of another', async () => {
    const broken = await jwk(p256, { y: Buffer.alloc(32, 1).toString('base64url') });
    const keys = new PublishedKeys({ keys: [broken, await jwk(p256)] });
    const jws = await signed('ES256', p256.privateKey);
    expect(keys.find('ES256', undefined)?.(jws.signed, jws.signature)).toBe(true);
  });

  it.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
  ])('for %s serve tokens that say %s (RFC 9864)', async (published, alg) => {
    const keys = new PublishedKeys({ keys: [await jwk(ed25519, { alg: published })] });
    expect(keys.find(alg, undefined)).toBeDefined();
  });

  it.each([{}, { keys: {} }, { keys: ['a'] }, { keys: [null] }])('%j are none', (jwks) => {
    expect(() => new PublishedKeys(jwks)).toThrow('list of keys');
  });

  const UNUSABLE: [title: string, alg: string, members: object[]][] = [
    ['a point that is not on the curve', 'ES256', [{ y: Buffer.alloc(32, 1).toString('base64url') }]],
    ['a coordinate that is no base64url', 'ES256', [{ x: '!' }]],
  ];

  it.each(UNUSABLE)('with %s let no token pass', async (_title, alg, members) => {
    const keys = new PublishedKeys({ keys: await Promise.all(members.map((own) => jwk(p256, own))) });
    expect(() => keys.find(alg, undefined)).toThrow('The access token is not valid');
  });

  it('with a weak RSA key let no token pass', async () => {
    const keys = new PublishedKeys({ keys: [await jwk(weak)] });
    expect(() => keys.find('RS256', undefined)).toThrow('The access token is not valid');
  });

  it('meant for encryption, or for another algorithm, are none for signatures', async () => {
    const keys = new PublishedKeys({
      keys: [await jwk(p256, { use: 'enc' }), await jwk(rsa, { alg: 'PS256' })],
    });
    expect(keys.find('ES256', undefined)).toBeUndefined();
    expect(keys.find('RS256', undefined)).toBeUndefined();
  });
});
