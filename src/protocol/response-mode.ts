import { invalidRequest } from './errors.js';

/** How the parameters of an authorization response travel (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2). */
export const responseModes = ['query', 'fragment', 'form_post'] as const;
export type ResponseMode = (typeof responseModes)[number];

/**
 * @throws OAuthError invalid_request for a mode that does not exist; it is answered by the default mode
 */
export function responseMode(value: string | undefined): ResponseMode {
  if (value === undefined) return 'query';
  if (!(responseModes as readonly string[]).includes(value))
    throw invalidRequest('response_mode is not supported');
  return value as ResponseMode;
}

/** The Location of a response by query or fragment. The registered URI is kept as it is, its own query included (RFC 6749 §3.1.2). */
export function responseLocation(
  redirectUri: string,
  mode: 'query' | 'fragment',
  parameters: Readonly<Record<string, string>>,
): string {
  const encoded = new URLSearchParams(parameters).toString();
  if (mode === 'fragment') return `${redirectUri}#${encoded}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${encoded}`;
}
