/** Something about a database that serves, and may not serve well. */
export interface Weakness {
  /** A variable, a table or a file. */
  readonly about: string;
  readonly weakness: string;
  readonly remedy: string;
}
