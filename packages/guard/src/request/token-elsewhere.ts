import type { CarrierRequest, TokensElsewhere } from './credentials.js';
import type { TokenCookie, TokenReader } from './service-rules.js';

/** Makes the reader of a cookie, or that of a function of the service. */
export function tokensElsewhere(place: TokenCookie | TokenReader): TokensElsewhere {
  return typeof place === 'function'
    ? (request) => tokenBy(place, request)
    : ({ headers }) => cookiesNamed(place.cookie, headers['cookie']);
}

/** @throws {TypeError} if the function returns neither a token nor nothing; this is a mistake in the service */
function tokenBy(read: TokenReader, request: CarrierRequest): readonly string[] {
  const token: unknown = read(request);
  if (token === undefined || token === null || token === '') return [];
  if (typeof token !== 'string')
    throw new TypeError('BearerModule: tokenFrom must return a token, or undefined');
  return [token];
}

// RFC 6265 §5.4: "the cookie-name, the %x3D ("=") character, and the cookie-value", separated by "; ". A deleted cookie may be empty.
function cookiesNamed(name: string, header: string | string[] | undefined): readonly string[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => unquoted(pair.slice(name.length + 1)))
    .filter((value) => value !== '');
}

/** The value of a cookie as the service set it: without quotation marks, and with the `=` at the end of a token decoded. */
function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, '$1').replaceAll(/%3D/gi, '=');
}
