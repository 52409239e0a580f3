/*
 * What Eyrie uses of `pkcs11js`, which is an optional package, and of the constants of PKCS#11 (OASIS PKCS#11 Specification 3.0 §A and the
 * header files that come with it).
 */

/** Sessions, slots and objects are opaque. */
export type Handle = Buffer;

export interface Attribute {
  readonly type: number;
  readonly value?: Buffer | boolean | number | string;
}

export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: unknown;
}

/** Calls without a promise end at once: they do not leave the process with the modules that we know. */
export interface Cryptoki {
  load(path: string): void;
  C_Initialize(options: { readonly flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(withToken: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly flags: number };
  C_GetMechanismList(slot: Handle): number[];
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, maxObjects: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly Attribute[],
  ): { readonly value: Buffer }[];
  C_DestroyObject(session: Handle, object: Handle): void;
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_SignAsync(session: Handle, data: Buffer, output: Buffer): Promise<Buffer>;
  C_GenerateKeyPairAsync(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): Promise<{ readonly publicKey: Handle; readonly privateKey: Handle }>;
}

/** An error of the module; `message` is the name of its code, such as CKR_PIN_INCORRECT. */
export interface CryptokiError extends Error {
  readonly code: number;
}

export const CKF = {
  RW_SESSION: 0x2,
  SERIAL_SESSION: 0x4,
  OS_LOCKING_OK: 0x2,
  TOKEN_INITIALIZED: 0x400,
} as const;
export const CKU_USER = 1;

export const CKR = {
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  USER_ALREADY_LOGGED_IN: 0x100,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

export const CKA = {
  CLASS: 0x0,
  TOKEN: 0x1,
  PRIVATE: 0x2,
  LABEL: 0x3,
  ID: 0x102,
  SENSITIVE: 0x103,
  SIGN: 0x108,
  VERIFY: 0x10a,
  MODULUS: 0x120,
  MODULUS_BITS: 0x121,
  PUBLIC_EXPONENT: 0x122,
  EXTRACTABLE: 0x162,
  EC_PARAMS: 0x180,
  EC_POINT: 0x181,
} as const;

export const CKO_PRIVATE_KEY = 3;

export const CKM = {
  RSA_PKCS_KEY_PAIR_GEN: 0x0,
  SHA256_RSA_PKCS: 0x40,
  SHA256_RSA_PKCS_PSS: 0x43,
  SHA256: 0x250,
  EC_KEY_PAIR_GEN: 0x1040,
  ECDSA: 0x1041,
  EC_EDWARDS_KEY_PAIR_GEN: 0x1055,
  EDDSA: 0x1057,
} as const;

export const CKG_MGF1_SHA256 = 2;
/** What tells `pkcs11js` the type of a parameter. */
export const rsaPssParameter = 5;

/** @returns whether the module itself refused, with one of these codes if there are any */
export function isCryptokiError(error: unknown, ...codes: readonly number[]): error is CryptokiError {
  const { name, code } = error as Partial<CryptokiError>;
  return name === 'Pkcs11Error' && code !== undefined && (codes.length === 0 || codes.includes(code));
}
