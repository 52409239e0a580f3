/** What is wrong with one field of a client's metadata. */
export interface MetadataProblem {
  readonly field: string;
  readonly reason: string;
}
