import { Injectable } from '@nestjs/common';
import { inSpan } from '../tracing/spans.js';
import { encodeHeader, signCompact, type SigningAlgorithm } from './jws.js';
import { type ActiveKey, KeyRing } from './key-ring.js';
import { KeyGoneError } from './signers/signer-away.js';

/** Signs JWTs with the active keys. */
@Injectable()
export class JwtSigner {
  /** Encoded headers by typ, algorithm and kid. */
  private readonly headers = new Map<string, string>();

  constructor(private readonly keyRing: KeyRing) {}

  /** Signs a JWT with `alg`, `kid` and `typ` in its header. */
  async sign(
    alg: SigningAlgorithm,
    typ: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const key = await this.keyRing.active(alg);
    try {
      return await this.signWith(key, alg, typ, payload);
    } catch (error) {
      if (!(error instanceof KeyGoneError)) throw error;
    }
    // Another process may have withdrawn and destroyed the key.
    await this.keyRing.reloadNow();
    return this.signWith(await this.keyRing.active(alg), alg, typ, payload);
  }

  private signWith(
    { kid, signer }: ActiveKey,
    alg: SigningAlgorithm,
    typ: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const name = `${typ} ${kid}`;
    let header = this.headers.get(name);
    if (header === undefined) this.headers.set(name, (header = encodeHeader({ alg, typ, kid })));
    const encoded = header;
    return inSpan(
      () => ({
        name: 'sign JWT',
        kind: 'internal',
        attributes: { 'eyrie.jwt.alg': alg, 'eyrie.jwt.typ': typ },
      }),
      () => signCompact(signer, encoded, payload),
    );
  }
}
