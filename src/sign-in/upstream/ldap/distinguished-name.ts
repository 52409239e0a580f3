/** One attribute type and value of a name, and what ends it. Either form of an escape begins differently, so that nothing is read twice. */
const part = /\s*([a-z][a-z0-9-]*|\d+(?:\.\d+)*)\s*=((?:\\(?:[0-9a-f]{2}|[^0-9a-f])|[^\\,+;"])*)([,+;]|$)/iy;

/**
 * A distinguished name in a form in which those that mean the same entry are equal: whatever the case, the spaces, the way in which
 * characters are escaped, and the order within a multi-valued part (RFC 4514 §2, RFC 4518 §2.6.1).
 * @returns undefined if it is no distinguished name
 */
export function dnKey(name: string): string | undefined {
  const parts: string[][] = [[]];
  part.lastIndex = 0;
  for (let end: string | undefined; end !== '';) {
    const match = part.exec(name);
    if (!match) return undefined;
    const [, type = '', value = '', separator = ''] = match;
    parts.at(-1)?.push(`${type}=${escaped(unescaped(value))}`.toLowerCase());
    if (separator !== '' && separator !== '+') parts.push([]);
    end = separator;
  }
  return parts.map((one) => one.toSorted().join('+')).join(',');
}

/** A distinguished name as {@link dnKey} has it; any other name as it is. */
export const comparableName = (name: string): string => dnKey(name) ?? name;

const unescaped = (value: string): string =>
  value
    .replace(/((?:\\[0-9a-f]{2})+)|\\([^])/gi, (_all, bytes?: string, character?: string) =>
      bytes === undefined
        ? (character ?? '')
        : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'),
    )
    .trim()
    .replace(/\s+/g, ' ');

const escaped = (value: string): string => value.replace(/[\\,+=]/g, String.raw`\$&`);
