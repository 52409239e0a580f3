/** What people prove themselves with, and the methods that each proves at best (RFC 8176 §2). A factor is one entry here. */
export const factorMethods = {
  password: ['pwd'],
  passkey: ['hwk', 'user', 'mfa'],
  'one-time-code': ['otp'],
  'recovery-code': ['otp'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FactorName = keyof typeof factorMethods;
