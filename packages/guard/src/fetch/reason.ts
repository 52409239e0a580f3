const MAX_CAUSES = 5;

/** Why something failed, with its causes, on one line: `fetch failed: connect ECONNREFUSED 127.0.0.1:443`. */
export function reasonOf(error: unknown): string {
  const reasons = new Set<string>();
  let one = error;
  for (let depth = 0; depth < MAX_CAUSES && one !== undefined && one !== null; depth += 1) {
    reasons.add(ownReason(one));
    one = causeOf(one);
  }
  return [...reasons].filter((reason) => reason !== '').join(': ');
}

/** An error, whatever realm it comes from: a test runner has errors of its own. */
interface Failure {
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** The attempts of a connection to several addresses. */
  readonly errors?: unknown;
}

function causeOf(error: unknown): unknown {
  if (!isFailure(error)) return undefined;
  const [first]: unknown[] = Array.isArray(error.errors) ? error.errors : [];
  return first ?? error.cause;
}

function ownReason(error: unknown): string {
  if (!isFailure(error)) return String(error);
  const { message, code } = error;
  if (typeof code !== 'string' || message.includes(code)) return message;
  // The codes of certificates and system errors say more than their messages. The message of an aggregate is empty.
  return message === '' ? code : `${message} (${code})`;
}

function isFailure(error: unknown): error is Failure {
  return typeof (error as Partial<Failure> | null | undefined)?.message === 'string';
}
