import type { BerReader, Control } from 'ldapts';

/** What a directory says of somebody's password beside a result, by the control of draft-behera-ldap-password-policy-11 §6. */
export interface PasswordPolicyAnswer {
  /** PasswordPolicyResponseValue.error; undefined if there is none. */
  readonly error: number | undefined;
  /** How often the password still lets its owner in though it has expired; undefined if it has not. */
  readonly graceLeft: number | undefined;
}

/** The control and, once the directory has answered, what it says. */
export interface PasswordPolicyControl extends PasswordPolicyAnswer {
  readonly control: Control;
}

const passwordPolicy = '1.3.6.1.4.1.42.2.27.8.5.1';
const sequence = 0x30;
const warningTag = 0xa0;
const graceTag = 0x81;
const errorTag = 0x81;

/** The control that asks a directory for what it says of a password. One that does not know it ignores it. */
export async function passwordPolicyControl(): Promise<PasswordPolicyControl> {
  const { Control: LdapControl } = await import('ldapts');
  class PolicyControl extends LdapControl implements PasswordPolicyAnswer {
    error: number | undefined;
    graceLeft: number | undefined;
    protected override parseControl(reader: BerReader): void {
      if (reader.readSequence(sequence) === null) return;
      while (reader.remain > 0) {
        const tag = reader.peek() ?? 0;
        if (tag === errorTag) this.error = reader.readTag(tag) ?? undefined;
        else if (tag === warningTag) this.readWarning(reader);
        else if (reader.readString(tag, true) === null) return;
      }
    }
    private readWarning(reader: BerReader): void {
      if (reader.readSequence(warningTag) === null) return;
      const tag = reader.peek() ?? 0;
      const value = reader.readTag(tag) ?? undefined;
      if (tag === graceTag) this.graceLeft = value;
    }
  }
  const control = new PolicyControl(passwordPolicy);
  return {
    control,
    get error() {
      return control.error;
    },
    get graceLeft() {
      return control.graceLeft;
    },
  };
}
