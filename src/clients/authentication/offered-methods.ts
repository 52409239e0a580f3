import type { Settings } from '../../config/settings.js';
import { clientAuthMethods } from '../../protocol/client-metadata.js';

/** The client authentication methods that exist here (RFC 8414 §2); those by certificate where there is mutual TLS. */
export function offeredMethods({ mtls }: Settings): string[] {
  return clientAuthMethods.filter((method) => {
    if (method === 'tls_client_auth') return mtls?.authorities !== undefined;
    // A proxy that lets in none but certificates of authorities stops those that clients sign themselves.
    if (method === 'self_signed_tls_client_auth') return mtls !== undefined && mtls.authorities !== 'proxy';
    return true;
  });
}
