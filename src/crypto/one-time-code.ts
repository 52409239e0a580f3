/** Loaded when somebody uses it: most processes need it late, or never. */
const library = () => import('otplib');

/** RFC 6238 §4.1 and §5.3, as every authenticator app has them. */
const digits = 6;
const periodSeconds = 30;

/** A new shared secret in base32: 160 bits (RFC 4226 §4 R6). */
export const newOneTimeCodeSecret = async (): Promise<string> =>
  (await library()).generateSecret({ length: 20 });

/** The URI that authenticator apps read from a QR code. */
export const oneTimeCodeUri = async (secret: string, issuer: string, label: string): Promise<string> =>
  (await library()).generateURI({ issuer, label, secret });

/**
 * The time step of a code, which may be the one before or after the present one: "We RECOMMEND that at most one time step is allowed
 * as the network delay" (RFC 6238 §5.2).
 * @param code as typed: blanks and hyphens are ignored
 * @param now seconds since the epoch
 * @returns undefined if the code is wrong
 */
export async function timeStepOf(secret: string, code: string, now: number): Promise<number | undefined> {
  const token = code.slice(0, 32).replaceAll(/[\s-]/g, '');
  if (token.length !== digits || !/^\d+$/.test(token)) return undefined;
  const { verify } = await library();
  const result = await verify({ secret, token, epoch: now, epochTolerance: periodSeconds });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
