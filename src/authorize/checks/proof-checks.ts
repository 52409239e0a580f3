import type { RegisteredClient } from '../../clients/registered-client.js';
import { PageError } from '../../http/page-error.js';
import type { Parameters } from '../../protocol/parameters.js';
import { defaultMode, type ResponseMode, responseMode } from '../../protocol/response-mode.js';
import { canonicalResponseType, issuesTokens } from '../../protocol/response-type.js';
import type { IdentifiedRequest, ProvenRequest, RequestSource } from '../authorization-request.js';
import type { Knowledge } from './check.js';
import { type Message, message } from '../../locales/message.js';

/** A client that is registered here, or that its metadata document describes (RFC 6749 §4.1.1). */
export async function client(
  { parameters }: RequestSource,
  { clients }: Knowledge,
): Promise<Pick<IdentifiedRequest, 'client'>> {
  const clientId = single(parameters, 'client_id');
  if (clientId === undefined) throw unanswerable(message('request.noClientId'));
  const found = await clients.find(clientId);
  if (!found) throw unanswerable(message('request.unknownClient'), `client_id ${clientId.slice(0, 255)}`);
  return { client: found };
}

/** A registered URI; it may be omitted if only one is registered (RFC 6749 §3.1.2.3). */
export function redirectUri(
  request: IdentifiedRequest,
): Pick<ProvenRequest, 'redirectUri' | 'redirectUriSent'> {
  const sent = single(request.parameters, 'redirect_uri');
  const { redirectUris } = request.client.metadata;
  const meant = sent ?? (redirectUris.length === 1 ? redirectUris[0] : undefined);
  if (meant === undefined) throw unanswerable(message('request.noRedirectUri'));
  if (!request.client.allowsRedirectUri(meant)) {
    throw unanswerable(
      message('request.unregisteredRedirectUri'),
      `redirect_uri ${meant.slice(0, 1_000)}, registered: ${redirectUris.join(' ')}`,
    );
  }
  return { redirectUri: meant, redirectUriSent: sent !== undefined };
}

/** The state that responses repeat (RFC 6749 §4.1.1); none if it was sent twice, which is an error later. */
export function state({ parameters }: IdentifiedRequest): Pick<ProvenRequest, 'state'> {
  return { state: parameters.repeated.has('state') ? undefined : parameters.get('state') };
}

/** The requested response mode, by which errors are sent; the default one if that does not exist or was sent twice. */
export function responseModeOfErrors(
  { parameters, client: asking }: IdentifiedRequest,
  { settings }: Knowledge,
): Pick<ProvenRequest, 'responseMode'> {
  const type = canonicalResponseType(parameters.get('response_type') ?? '') ?? 'code';
  const tokens = settings.responseTypes.includes(type) && issuesTokens(type);
  const requested = parameters.repeated.has('response_mode') ? undefined : parameters.get('response_mode');
  try {
    return { responseMode: signedIfDue(responseMode(requested, tokens), asking) };
  } catch {
    return { responseMode: signedIfDue(defaultMode(tokens), asking) };
  }
}

/** A client that takes signed responses alone gets its errors signed too. */
const signedIfDue = (mode: ResponseMode, { getsSignedResponses }: RegisteredClient): ResponseMode =>
  getsSignedResponses ? { ...mode, signed: true } : mode;

function single(parameters: Parameters, name: string): string | undefined {
  if (parameters.repeated.has(name)) throw unanswerable(message('request.sentTwice', { parameter: name }));
  return parameters.get(name);
}

const unanswerable = (text: Message, detail?: string): PageError =>
  new PageError(400, 'invalid_request', message('request.unanswerable'), text, { detail });
