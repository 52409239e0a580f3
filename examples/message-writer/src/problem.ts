/** What went wrong, told to the person at the browser. */
export class Problem extends Error {
  /** @param details what the other side said, for whoever wants to know exactly */
  constructor(
    readonly status: number,
    readonly title: string,
    message: string,
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The grant behind our tokens has ended: what it let us see must be forgotten. */
export class AccessEnded extends Problem {
  constructor(details: readonly string[]) {
    super(
      403,
      'MessageWriter may no longer read the contacts',
      'The access was withdrawn, or it has expired. What MessageWriter had seen, it has forgotten.',
      details,
    );
  }
}
