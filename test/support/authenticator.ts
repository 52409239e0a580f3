import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { Certificate } from './certificates.js';

/** Who vouches for an authenticator: nobody, itself, or its manufacturer by a chain of certificates (packed, WebAuthn Level 3 §8.2). */
export type Attestation =
  'none' | 'self' | { readonly leaf: Certificate; readonly above?: readonly string[] };

interface Options {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id: string };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
/** Present, verified; and that there is a new key. */
const [flags, withKey] = [0x05, 0x40];

/** An authenticator without a browser: it makes one passkey, and signs what it is told to, for any origin. */
export class Authenticator {
  readonly id = randomBytes(32);
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private counter = 0;

  constructor(
    private readonly origin: string,
    private readonly aaguid = '00000000-0000-0000-0000-000000000000',
    private readonly attestation: Attestation = 'none',
  ) {}

  /** RegistrationResponseJSON (§5.1), as JSON, for the options on a page. */
  create(options: string): string {
    const { challenge, rp } = JSON.parse(options) as Options;
    const clientData = this.clientData('webauthn.create', challenge);
    const length = Buffer.from([0, this.id.length]);
    const authData = Buffer.concat([
      this.authData(rp?.id ?? '', flags | withKey),
      Buffer.from(this.aaguid.replaceAll('-', ''), 'hex'),
      length,
      this.id,
      Buffer.from(isoCBOR.encode(this.coseKey())),
    ]);
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', this.attestation === 'none' ? 'none' : 'packed'],
        ['attStmt', this.statement(Buffer.concat([authData, sha256(clientData)]))],
        ['authData', new Uint8Array(authData)],
      ]) as never,
    );
    return this.answer({
      clientDataJSON: base64url(clientData),
      attestationObject: base64url(attestationObject),
      transports: ['usb'],
    });
  }

  /** AuthenticationResponseJSON (§5.1), as JSON, for the options on a page. */
  get(options: string): string {
    const { challenge, rpId = '' } = JSON.parse(options) as Options;
    const clientData = this.clientData('webauthn.get', challenge);
    const authData = this.authData(rpId, flags);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.keys.privateKey);
    return this.answer({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authData),
      signature: base64url(signature),
    });
  }

  private answer(response: object): string {
    const id = base64url(this.id);
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }

  private clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  private authData(rpId: string, flag: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(++this.counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flag]), counter]);
  }

  /** ES256 (RFC 9053 §7.1.1). */
  private coseKey(): never {
    const { x = '', y = '' } = this.keys.publicKey.export({ format: 'jwk' });
    const coordinate = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
    return new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ]) as never;
  }

  private statement(signed: Buffer): Map<string, unknown> {
    if (this.attestation === 'none') return new Map();
    const key = this.attestation === 'self' ? this.keys.privateKey : this.attestation.leaf.key;
    const entries: [string, unknown][] = [
      ['alg', -7],
      ['sig', new Uint8Array(sign('sha256', signed, key))],
    ];
    if (this.attestation !== 'self') {
      const chain = [this.attestation.leaf.cert, ...(this.attestation.above ?? [])];
      entries.push(['x5c', chain.map((pem) => new Uint8Array(new X509Certificate(pem).raw))]);
    }
    return new Map(entries);
  }
}
