import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';

/** Where the record stands that verifies a domain. */
export const challengeLabel = '_eyrie-challenge';

/** Characters of a domain, so that DNS has room for the name of its record (RFC 1035 §2.3.4). */
export const maxDomainLength = 253 - `${challengeLabel}.`.length;

/** Characters of a host, however it is written (RFC 1035 §2.3.4): converting one of many more takes long. */
const maxHostLength = 254;

const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;
/** What ends the host of a URL, or is decoded in it. */
const noHost = /[/\\?#@:%[\]\s]/u;

/** A domain in the form in which it is stored and compared, or why it is none. */
export type ReadDomain = { readonly domain: string } | { readonly problem: string };

const tooLong: ReadDomain = { problem: `must be shorter than or equal to ${maxDomainLength} characters` };

/**
 * Reads the name of a domain to which e-mail addresses can belong: in lower case, with international names as DNS has them (UTS #46).
 * A name under which strangers register their own domains (a public suffix) belongs to nobody.
 */
export function readDomain(text: string): ReadDomain {
  if (text.length > maxHostLength) return tooLong;
  const domain = noHost.test(text) ? '' : domainToASCII(text.replace(/\.$/, ''));
  const labels = domain.split('.');
  if (isIP(domain) !== 0) return { problem: 'must be a domain, not an IP address' };
  if (domain === '' || !labels.every((part) => label.test(part)))
    return { problem: 'must be a domain such as example.com' };
  if (domain.length > maxDomainLength) return tooLong;
  if (labels.length === 1 || getDomain(domain, { allowPrivateDomains: true }) === null)
    return { problem: 'must be a domain below a public suffix such as com or co.uk' };
  return { domain };
}

/** The domain of an e-mail address, in the form in which domains are compared; undefined if it has none. */
export function domainOfAddress(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  const host = at > 0 ? email.slice(at + 1) : '';
  return host.length > maxHostLength || noHost.test(host) ? undefined : domainToASCII(host) || undefined;
}
