import type { IssuerSettings } from '../settings/issuer-settings.js';

type AddressSettings = Pick<IssuerSettings, 'issuer' | 'address'>;

/** The two URLs of an issuer's metadata, as this service reaches them. */
export function metadataUrls({ address }: AddressSettings): [string, string] {
  // OpenID Connect Discovery §4 appends the well-known path to the issuer. RFC 8414 §3 inserts it between host and path.
  const { origin, pathname } = new URL(address);
  const path = withoutSlash(pathname);
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/** A URL of the issuer's metadata as this service reaches it: below `address` if it is below the issuer, or else on its host. */
export function reachable(url: string, { issuer, address }: AddressSettings): string {
  if (address === issuer) return url;
  const [outside, inside] = [withoutSlash(issuer), withoutSlash(address)];
  if (url.startsWith(`${outside}/`)) return `${inside}${url.slice(outside.length)}`;
  const { origin, href } = new URL(url);
  return origin === new URL(issuer).origin ? `${new URL(address).origin}${href.slice(origin.length)}` : url;
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '');
}
