import { Injectable } from '@nestjs/common';
import { encodeHeader, signCompact, type SigningAlgorithm } from './jws.js';
import { KeyRing } from './key-ring.js';

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
    const { kid, privateKey } = await this.keyRing.active(alg);
    const name = `${typ} ${kid}`;
    let header = this.headers.get(name);
    if (header === undefined) this.headers.set(name, (header = encodeHeader({ alg, typ, kid })));
    return signCompact(alg, privateKey, header, payload);
  }
}
