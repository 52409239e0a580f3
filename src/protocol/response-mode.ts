import { invalidRequest } from './errors.js';

/** How the parameters of a response reach the client (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2). */
export type Transport = 'query' | 'fragment' | 'form_post';

/** Transport, and whether the parameters travel in a signed JWT (JARM §2.3). */
export interface ResponseMode {
  readonly transport: Transport;
  readonly signed: boolean;
}

/** Every value of `response_mode`; "jwt" is the JWT form of the response type's default. */
export const responseModes = [
  'query',
  'fragment',
  'form_post',
  'query.jwt',
  'fragment.jwt',
  'form_post.jwt',
  'jwt',
] as const;

/**
 * @throws OAuthError invalid_request for a mode that does not exist; it is answered by the default mode
 */
export function responseMode(value: string | undefined): ResponseMode {
  if (value === undefined) return defaultMode;
  if (!(responseModes as readonly string[]).includes(value))
    throw invalidRequest('response_mode is not supported');
  if (value === 'jwt') return { ...defaultMode, signed: true };
  const [transport, suffix] = value.split('.');
  return { transport: transport as Transport, signed: suffix === 'jwt' };
}

/** What response_type=code defaults to (OAuth 2.0 Multiple Response Types §2.1). */
export const defaultMode: ResponseMode = { transport: 'query', signed: false };

/** The Location of a response by query or fragment. The registered URI is kept as it is, its own query included (RFC 6749 §3.1.2). */
export function responseLocation(
  redirectUri: string,
  transport: 'query' | 'fragment',
  parameters: Readonly<Record<string, string>>,
): string {
  const encoded = new URLSearchParams(parameters).toString();
  if (transport === 'fragment') return `${redirectUri}#${encoded}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${encoded}`;
}
