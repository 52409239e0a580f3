import type { Finding } from '../token/finding.js';

const FORM = 'Bearer or DPoP, a space, and a token';

/** Which part of an Authorization header is malformed, for the log. It never contains the token. */
export function malformedPart(header: string): Finding {
  const [, scheme = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(header) ?? [];
  if (!/^(?:bearer|dpop)$/i.test(scheme)) return part(scheme === '' ? 'nothing' : 'no such scheme and token');
  if (rest === '') return part('no token after the scheme');
  if (/\s/.test(rest)) return part('white space within or after the token');
  if (!header.includes(' ')) return part('no space after the scheme');
  // RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
  const allowed = /^[\w\-.~+/]*=*/.exec(rest)?.[0].length ?? 0;
  return part(`a character that tokens do not have, at position ${allowed + 1} of ${rest.length}`);
}

function part(received: string): Finding {
  return { check: 'Authorization header', expected: FORM, received };
}
