/** A value that a statement binds. */
export type SqlValue = string | number | boolean | null;

/** A condition with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** `?, ?, ?` for a list of values. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** The pattern of texts that contain this one. */
export const containing = (text: string): string =>
  `%${text.toLowerCase().replace(/[!%_]/g, (special) => `!${special}`)}%`;
