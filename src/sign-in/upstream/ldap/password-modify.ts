import type { BerReader, Client, Control } from 'ldapts';
import { resultCodeOf } from './result-code.js';

/** Why a directory does not take a new password. */
export type PasswordRefusal = 'in_history' | 'too_young' | 'not_allowed' | 'against_rules';

/** The password that a bind has found right, and the one in its place. */
export interface PasswordReplacement {
  readonly present: string;
  readonly next: string;
}

/** Password Modify (RFC 3062 §2). */
const passwordModify = '1.3.6.1.4.1.4203.1.11.1';
const oldPasswordTag = 0x81;
const newPasswordTag = 0x82;
/** The control of draft-behera-ldap-password-policy-11 §6, and the tag of the error in it. */
const passwordPolicy = '1.3.6.1.4.1.42.2.27.8.5.1';
const errorTag = 0x81;
const sequence = 0x30;
/** The errors of that control that are told apart. */
const policyErrors: Readonly<Record<number, PasswordRefusal>> = {
  3: 'not_allowed',
  7: 'too_young',
  8: 'in_history',
};
/** LDAP results that say something of the password, and those that say that the server cannot do it now (RFC 4511 appendix A). */
const refusedResults: ReadonlySet<number> = new Set([16, 19, 21, 53]);
const unableResults: ReadonlySet<number> = new Set([51, 52]);

/**
 * Replaces the password of whoever the client is bound as.
 * @returns why it is refused; undefined if it is replaced
 * @throws Error if the directory does not answer, or cannot do it now
 */
export async function replacePassword(
  client: Client,
  dn: string,
  replacement: PasswordReplacement,
  isActiveDirectory: boolean,
): Promise<PasswordRefusal | undefined> {
  const policy = await policyControl();
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
    return refusedResults.has(code) ? 'against_rules' : 'not_allowed';
  }
}

/** PasswdModifyRequestValue, without the identity: it is that of the bind (RFC 3062 §2). */
async function modifyValue({ present, next }: PasswordReplacement): Promise<Buffer> {
  const { BerWriter } = await import('ldapts');
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeString(present, oldPasswordTag);
  writer.writeString(next, newPasswordTag);
  writer.endSequence();
  return writer.buffer;
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
        values: [Buffer.from(`"${password}"`, 'utf16le')],
      }),
    });
  await client.modify(dn, [change('delete', present), change('add', next)]);
}

/** The control that asks for the reason, which is there once the directory has answered. */
async function policyControl(): Promise<{ readonly control: Control; readonly error: number | undefined }> {
  const { Control: LdapControl } = await import('ldapts');
  class PasswordPolicyControl extends LdapControl {
    error: number | undefined;
    protected override parseControl(reader: BerReader): void {
      if (reader.readSequence(sequence) === null) return;
      while (reader.remain > 0) {
        const tag = reader.peek() ?? 0;
        if (tag === errorTag) this.error = reader.readTag(tag) ?? undefined;
        else if (reader.readString(tag, true) === null) return;
      }
    }
  }
  const control = new PasswordPolicyControl(passwordPolicy);
  return {
    control,
    get error() {
      return control.error;
    },
  };
}
