import type { Pkcs11Settings } from '../../../config/signer-settings.js';
import { KeyGoneError } from '../signer-away.js';
import {
  type Attribute,
  CKA,
  CKF,
  CKO_PRIVATE_KEY,
  CKR,
  CKU_USER,
  type Cryptoki,
  type Handle,
  isCryptokiError,
} from './cryptoki.js';
import type { AlgorithmMechanisms } from './mechanisms.js';
import { SessionPool } from './session-pool.js';
import { slotOf } from './slots.js';

const maxSignatureBytes = 1_024;
/** More than one would be a public and a private key, or copies. */
const maxObjects = 16;

/** A login to a token. Its sessions and handles end with it, and when the library is initialised anew. */
export class TokenConnection {
  private readonly privateKeys = new Map<string, Handle>();
  private readonly pool: SessionPool;

  private constructor(
    private readonly cryptoki: Cryptoki,
    readonly generation: number,
    readonly mechanisms: ReadonlySet<number>,
    openSession: (cryptoki: Cryptoki) => Handle,
    maxSessions: number,
  ) {
    this.pool = new SessionPool(openSession, maxSessions);
  }

  /** @throws NoTokenError; CryptokiError, for instance if the PIN is wrong */
  static open(
    cryptoki: Cryptoki,
    generation: number,
    { token, pin, sessions }: Pkcs11Settings,
  ): TokenConnection {
    const slot = slotOf(cryptoki, token);
    const openSession = (): Handle => cryptoki.C_OpenSession(slot, CKF.SERIAL_SESSION | CKF.RW_SESSION);
    try {
      // This session is for nothing else, and stays open: the login ends with the last session (PKCS#11 §5.6).
      cryptoki.C_Login(openSession(), CKU_USER, pin);
    } catch (error) {
      // A login counts for all sessions of the process.
      if (!isCryptokiError(error, CKR.USER_ALREADY_LOGGED_IN)) throw error;
    }
    const mechanisms = new Set(cryptoki.C_GetMechanismList(slot));
    return new TokenConnection(cryptoki, generation, mechanisms, openSession, sessions);
  }

  /** @param id the CKA_ID of the key, in hexadecimal */
  async sign(id: string, { signing, digest }: AlgorithmMechanisms, data: Buffer): Promise<Buffer> {
    return this.pool.use(this.cryptoki, async (session) => {
      this.cryptoki.C_SignInit(session, signing, this.privateKey(session, id));
      return this.cryptoki.C_SignAsync(session, digest(data), Buffer.alloc(maxSignatureBytes));
    });
  }

  /** @returns the attributes of the public key that its JWK is made of */
  async generate(id: string, label: string, algorithm: AlgorithmMechanisms): Promise<readonly Buffer[]> {
    const common: Attribute[] = [
      { type: CKA.TOKEN, value: true },
      { type: CKA.ID, value: Buffer.from(id, 'hex') },
      { type: CKA.LABEL, value: label },
    ];
    return this.pool.use(this.cryptoki, async (session) => {
      const { publicKey } = await this.cryptoki.C_GenerateKeyPairAsync(
        session,
        { mechanism: algorithm.generation },
        [...common, { type: CKA.VERIFY, value: true }, ...algorithm.template],
        [
          ...common,
          { type: CKA.PRIVATE, value: true },
          { type: CKA.SENSITIVE, value: true },
          { type: CKA.EXTRACTABLE, value: false },
          { type: CKA.SIGN, value: true },
        ],
      );
      const wanted = algorithm.publicAttributes.map((type) => ({ type }));
      return this.cryptoki.C_GetAttributeValue(session, publicKey, wanted).map(({ value }) => value);
    });
  }

  async has(id: string): Promise<boolean> {
    return this.pool.use(this.cryptoki, async (session) => this.privateKeyOf(session, id).length > 0);
  }

  /** Destroys the private and the public key. */
  async destroy(id: string): Promise<void> {
    this.privateKeys.delete(id);
    await this.pool.use(this.cryptoki, async (session) => {
      for (const key of this.privateKeyOf(session, id)) this.cryptoki.C_DestroyObject(session, key);
      for (const key of this.find(session, [idAttribute(id)])) this.cryptoki.C_DestroyObject(session, key);
    });
  }

  private privateKey(session: Handle, id: string): Handle {
    const known = this.privateKeys.get(id);
    if (known) return known;
    const [key] = this.privateKeyOf(session, id);
    if (!key) throw new KeyGoneError(`the token has no private key with the id ${id}`);
    this.privateKeys.set(id, key);
    return key;
  }

  private privateKeyOf(session: Handle, id: string): Handle[] {
    return this.find(session, [idAttribute(id), { type: CKA.CLASS, value: CKO_PRIVATE_KEY }]);
  }

  private find(session: Handle, template: readonly Attribute[]): Handle[] {
    this.cryptoki.C_FindObjectsInit(session, template);
    const found = this.cryptoki.C_FindObjects(session, maxObjects);
    this.cryptoki.C_FindObjectsFinal(session);
    return found;
  }
}

const idAttribute = (id: string): Attribute => ({ type: CKA.ID, value: Buffer.from(id, 'hex') });
