/** A value that a statement binds. */
export type SqlValue = string | number | boolean | null;

/** `?, ?, ?` for a list of values. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
