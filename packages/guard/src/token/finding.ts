import { inspect } from 'node:util';

/** A failed check, with the expected and the received value. It is for the log and never contains the token. */
export interface Finding {
  /** The checked claim, header parameter or other value: `aud`, `alg`, `scope`, `DPoP htu`. */
  readonly check: string;
  readonly expected?: unknown;
  readonly received?: unknown;
}

/** A finding on one line: `aud: expected 'https://a.example', received missing`. */
export function describeFinding(finding: Finding): string {
  const parts = [
    'expected' in finding ? `expected ${quoted(finding.expected)}` : undefined,
    'received' in finding ? `received ${quoted(finding.received)}` : undefined,
  ].filter((part) => part !== undefined);
  // The message of another library may contain input of the client.
  const check = printable(finding.check);
  return parts.length === 0 ? check : `${check}: ${parts.join(', ')}`;
}

/** A value for the log: on one line, printable and short, whatever the client sent. */
export function quoted(value: unknown): string {
  if (value === undefined) return 'missing';
  const printed = inspect(value, {
    depth: 1,
    breakLength: Infinity,
    maxArrayLength: 10,
    maxStringLength: 100,
  });
  return printable(printed);
}

function printable(text: string): string {
  return text.slice(0, 300).replace(/[^\x20-\x7e]/g, '?');
}
