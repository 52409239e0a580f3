/** An error that is shown to the person at the browser. */
export class Problem extends Error {
  /** @param details the responses of other services, for developers */
  constructor(
    readonly status: number,
    readonly title: string,
    message: string,
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The grant of our tokens has ended. What we read with them must be deleted. */
export class AccessEnded extends Problem {
  constructor(details: readonly string[]) {
    super(
      403,
      'MessageWriter may no longer read the contacts',
      'Access was withdrawn or has expired. MessageWriter has deleted what it had read.',
      details,
    );
  }
}
