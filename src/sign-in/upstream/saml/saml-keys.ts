import { generateKeyPair as generate, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { Secrets } from '../../../crypto/secrets.js';
import { KeptKeysStore } from '../../../persistence/stores/kept-keys.store.js';

/** The key of this server for SAML, as PEM. */
export interface SamlKey {
  readonly privateKey: string;
  readonly certificate: string;
}

const name = 'saml';
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const modulusLength = 3_072;
/** Identity providers pin the certificate, and many refuse one that has expired. */
const lifetimeMilliseconds = 20 * 365 * 86_400_000;

/** Keeps the key with which requests are signed and assertions decrypted, sealed. It is made when it is first needed, and stays. */
@Injectable()
export class SamlKeys {
  private known: Promise<SamlKey> | undefined;

  constructor(
    private readonly store: KeptKeysStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** The same key on all replicas: the first that was stored. */
  async get(): Promise<SamlKey> {
    this.known ??= this.storedOrMade();
    try {
      return await this.known;
    } catch (error) {
      this.known = undefined;
      throw error;
    }
  }

  private async storedOrMade(): Promise<SamlKey> {
    return (await this.stored()) ?? this.make();
  }

  private async make(): Promise<SamlKey> {
    const now = this.clock.now();
    const keySealed = await this.secrets.seal('kept-key', JSON.stringify(await newKey(now * 1_000)));
    await this.store.insertIfAbsent({ name, keySealed, createdAt: now });
    const stored = await this.stored();
    if (!stored) throw new Error('the SAML key cannot be read back');
    return stored;
  }

  private async stored(): Promise<SamlKey | undefined> {
    const row = (await this.store.all()).find((kept) => kept.name === name);
    if (!row) return undefined;
    const key = await this.secrets.unseal('kept-key', row.keySealed);
    if (typeof key !== 'string') throw new Error('the SAML key was sealed with another secret');
    return JSON.parse(key) as SamlKey;
  }
}

/** @param now milliseconds since the epoch */
async function newKey(now: number): Promise<SamlKey> {
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const { privateKey } = await promisify(generate)('rsa', { modulusLength });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const { subtle } = webcrypto;
  const signing = await subtle.importKey('pkcs8', pkcs8, rsa, true, ['sign']);
  const { n, e, kty } = await subtle.exportKey('jwk', signing);
  const verifying = await subtle.importKey('jwk', { n, e, kty } as webcrypto.JsonWebKey, rsa, true, [
    'verify',
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Eyrie',
      notBefore: new Date(now - 86_400_000),
      notAfter: new Date(now + lifetimeMilliseconds),
      signingAlgorithm: rsa,
      keys: { privateKey: signing, publicKey: verifying },
    },
    webcrypto as Crypto,
  );
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: certificate.toString('pem'),
  };
}
