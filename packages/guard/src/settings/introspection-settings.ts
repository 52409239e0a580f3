import type { IntrospectionOptions } from './bearer-options.js';
import { check, isSecureUrl, isText, oneOf, seconds } from './checks.js';

/** The options for introspection: checked, with every default filled in. */
export interface IntrospectionSettings extends Required<Omit<IntrospectionOptions, 'endpoint'>> {
  /** `undefined` if it is in the metadata of the issuer. */
  readonly endpoint: string | undefined;
}

/** @throws {TypeError} naming the wrong option */
export function introspectionSettings(
  options: IntrospectionOptions,
  allowHttp: boolean,
): IntrospectionSettings {
  const { clientId, clientSecret, endpoint, cacheFor, missingAudience = 'refuse' } = options;
  check(isText(clientId) && isText(clientSecret), 'introspection', 'needs clientId and clientSecret');
  check(
    endpoint === undefined || (isText(endpoint) && isSecureUrl(endpoint, allowHttp)),
    'introspection.endpoint',
    'must be an https URL (http on loopback, or with allowHttp)',
  );
  return {
    clientId,
    clientSecret,
    endpoint,
    cacheFor: seconds('introspection.cacheFor', cacheFor, 5),
    missingAudience: oneOf('introspection.missingAudience', missingAudience, ['refuse', 'accept']),
  };
}
