/** What people prove themselves with, and the methods that each proves at best (RFC 8176 §2). A factor is one entry here. */
export const factorMethods = {
  password: ['pwd'],
  passkey: ['hwk', 'user', 'mfa'],
  'one-time-code': ['otp'],
  'recovery-code': ['otp'],
  // Not `otp`, which says that somebody has what makes the codes: a mailbox opens from anywhere (NIST SP 800-63B-4 §3.1.3.1).
  'email-code': ['mca'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FactorName = keyof typeof factorMethods;

/** What people can set up as a second factor, and which then counts as one. */
export const enrollableFactors: readonly FactorName[] = ['passkey', 'one-time-code'];
