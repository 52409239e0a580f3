import type { FastifyInstance } from 'fastify';
import { addressMatcher } from '../config/address-matcher.js';
import type { Settings } from '../config/settings.js';
import { plainAddress } from './network.js';

/** Which proxies are trusted to name the address of a client, as Fastify asks for it. */
export function trustedProxies({
  trustedProxies: entries,
}: Settings): false | ((address: string) => boolean) {
  if (entries.length === 0) return false;
  const isTrusted = addressMatcher(entries);
  return (address) => isTrusted(plainAddress(address));
}

/**
 * Warns if requests seem to come through a proxy that is not trusted: then all people behind it have one address. Once at the start,
 * if nothing but a proxy can serve the issuer, and once at the first X-Forwarded-For header that is not trusted.
 */
export function warnOfUntrustedProxies(server: FastifyInstance, settings: Settings): void {
  const { issuer, tls, trustedProxies: entries } = settings;
  if (issuer.startsWith('https:') && !tls && entries.length === 0)
    server.log.warn(
      'EYRIE_TRUSTED_PROXIES is not set, but the issuer uses https and Eyrie has no certificate of its own: behind a proxy, all clients have its address. Set EYRIE_TRUSTED_PROXIES to the addresses of the proxy',
    );
  const isTrusted = addressMatcher(entries);
  let hasWarned = false;
  server.addHook('onRequest', (request, _reply, done) => {
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined) {
      const { remoteAddress } = request.socket;
      hasWarned = !isTrusted(remoteAddress);
      if (hasWarned)
        request.log.warn(
          `X-Forwarded-For from ${remoteAddress} is ignored: if this is a proxy of yours, add its address to EYRIE_TRUSTED_PROXIES`,
        );
    }
    done();
  });
}
