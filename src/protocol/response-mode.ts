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

/** Those whose parameters travel in a signed JWT. */
export const signedResponseModes: readonly string[] = responseModes.filter((mode) => mode.endsWith('jwt'));

/**
 * @param tokens whether the response type issues tokens
 * @throws OAuthError invalid_request for a mode that does not exist, or would put tokens into a query; it is answered by the default mode
 */
export function responseMode(value: string | undefined, tokens: boolean): ResponseMode {
  if (value === undefined) return defaultMode(tokens);
  if (!(responseModes as readonly string[]).includes(value))
    throw invalidRequest('response_mode is not supported');
  if (value === 'jwt') return { ...defaultMode(tokens), signed: true };
  const [transport, suffix] = value.split('.');
  // "the Authorization Server MUST NOT" return tokens there (OAuth 2.0 Multiple Response Types §3 and §5, JARM §2.3.1).
  if (tokens && transport === 'query')
    throw invalidRequest('response_mode cannot be query with this response_type');
  return { transport: transport as Transport, signed: suffix === 'jwt' };
}

/** Query for a code alone, fragment for tokens (OAuth 2.0 Multiple Response Types §2.1 and §5). */
export const defaultMode = (tokens: boolean): ResponseMode => ({
  transport: tokens ? 'fragment' : 'query',
  signed: false,
});

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
