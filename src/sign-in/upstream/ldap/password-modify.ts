import type { Client } from 'ldapts';
import { passwordPolicyControl } from './password-policy.js';
import { referralResult, resultCodeOf } from './result-code.js';

/** Why a directory does not take a new password. */
export type PasswordRefusal = 'in_history' | 'too_young' | 'not_allowed' | 'against_rules' | 'expired';

/** The password that a bind has found right, and the one in its place. */
export interface PasswordReplacement {
  readonly present: string;
  readonly next: string;
}

/** Password Modify (RFC 3062 §2). */
const passwordModify = '1.3.6.1.4.1.4203.1.11.1';
const oldPasswordTag = 0x81;
const newPasswordTag = 0x82;
/** The errors of draft-behera-ldap-password-policy-11 §6.2 that are told apart. */
const policyErrors: Readonly<Record<number, PasswordRefusal>> = {
  3: 'not_allowed',
  7: 'too_young',
  8: 'in_history',
};
/** LDAP results that say something of the password, and those that say that the server cannot do it now (RFC 4511 appendix A). */
const refusedResults: ReadonlySet<number> = new Set([16, 19, 21, 53]);
const constraintViolation = 19;
const unableResults: ReadonlySet<number> = new Set([51, 52, referralResult]);
/** ERROR_INVALID_PASSWORD at the beginning of the text of Active Directory: the value to be deleted is not the present password. */
const invalidPassword = /^0*56:/;

/**
 * Replaces a password, which the directory compares once more with the present one.
 * @returns why it is refused, `wrong` if the present one is; undefined if it is replaced
 * @throws Error if the directory does not answer, or cannot do it
 */
export async function replacePassword(
  client: Client,
  dn: string,
  replacement: PasswordReplacement,
  isActiveDirectory: boolean,
): Promise<PasswordRefusal | 'wrong' | undefined> {
  const policy = await passwordPolicyControl();
  try {
    if (isActiveDirectory) await replaceUnicodePassword(client, dn, replacement);
    else await client.exop(passwordModify, await modifyValue(replacement), policy.control);
    return undefined;
  } catch (error) {
    const code = resultCodeOf(error);
    if (code === undefined) throw error;
    const told = policy.error === undefined ? undefined : policyErrors[policy.error];
    if (told !== undefined) return told;
    if (unableResults.has(code)) throw error;
    const isWrong = code === constraintViolation && invalidPassword.test((error as Error).message);
    if (isActiveDirectory && isWrong) return 'wrong';
    return refusedResults.has(code) ? 'against_rules' : 'not_allowed';
  }
}

/** Bytes that nobody prints: `NODE_DEBUG=ldapts` writes each request as JSON. */
const unprinted = (bytes: Buffer): Buffer => Object.assign(bytes, { toJSON: () => 'not shown' });

/** PasswdModifyRequestValue, without the identity: it is that of the bind (RFC 3062 §2). */
async function modifyValue({ present, next }: PasswordReplacement): Promise<Buffer> {
  const { BerWriter } = await import('ldapts');
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeString(present, oldPasswordTag);
  writer.writeString(next, newPasswordTag);
  writer.endSequence();
  return unprinted(writer.buffer);
}

/** A change by its owner is the deletion of the old value and the addition of the new one ([MS-ADTS] §3.1.1.3.1.5.1). */
async function replaceUnicodePassword(
  client: Client,
  dn: string,
  { present, next }: PasswordReplacement,
): Promise<void> {
  const { Attribute, Change } = await import('ldapts');
  const change = (operation: 'add' | 'delete', password: string) =>
    new Change({
      operation,
      modification: new Attribute({
        type: 'unicodePwd',
        values: [unprinted(Buffer.from(`"${password}"`, 'utf16le'))],
      }),
    });
  await client.modify(dn, [change('delete', present), change('add', next)]);
}
