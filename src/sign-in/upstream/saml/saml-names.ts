import { endpoints } from '../../../config/endpoints.js';
import type { LoadedUpstream } from '../definition.js';
import type { NameIdFormat } from './saml-members.js';

/** SAML core §8.3. No format is asked for by `unspecified`. */
export const nameIdFormatUris: Readonly<Record<NameIdFormat, string | undefined>> = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  unspecified: undefined,
};

/** What this server is called at an upstream. */
export interface SamlNames {
  readonly entityId: string;
  /** The assertion consumer service. */
  readonly consumer: string;
  /** The single logout service. */
  readonly logoutService: string;
}

export function namesAt({ alias, client_id: given }: LoadedUpstream, issuer: string): SamlNames {
  const base = `${issuer}${endpoints.upstream}/${alias}`;
  return {
    entityId: given ?? `${base}/metadata`,
    consumer: `${base}/acs`,
    logoutService: `${base}/slo`,
  };
}
