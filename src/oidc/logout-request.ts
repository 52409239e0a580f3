import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientDirectory } from '../clients/client-directory.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Subjects } from '../clients/subjects.js';
import { PageError } from '../http/page-error.js';
import { JwtVerifier } from '../keys/jwt-verifier.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { responseLocation } from '../protocol/response-mode.js';
import { type Message, message, type Text, verbatim } from '../locales/message.js';
import { Secrets } from '../crypto/secrets.js';
import { Languages } from '../http/languages.js';
import { languageOfTags } from '../locales/negotiation.js';

const logoutParameters = [
  'id_token_hint',
  'logout_hint',
  'client_id',
  'post_logout_redirect_uri',
  'state',
  'ui_locales',
];

/** A logout request that passed the checks (OIDC RP-Initiated Logout §2). */
export interface LogoutRequest {
  /** The user that a verified id_token_hint names. */
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  readonly clientName: string | undefined;
  /** Whether nobody has checked where that client sends browsers. */
  readonly registeredItself: boolean;
  /** Where the browser goes afterwards: a registered URI, with the state. */
  readonly returnTo: string | undefined;
  /** The tag of the language that the request asks for. */
  readonly language: string | undefined;
  /** The id of the session that the confirmation page named; absent if no account was the current one. */
  readonly sessionId?: string | undefined;
}

/** Checks logout requests. */
@Injectable()
export class LogoutRequests {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly jwtVerifier: JwtVerifier,
    private readonly subjects: Subjects,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
  ) {}

  /**
   * @param read reads the parameters
   * @throws PageError if they are malformed, the hint is forged, or the client is unknown or has not registered the URI
   */
  async check(read: () => Parameters, http: FastifyRequest): Promise<LogoutRequest> {
    const parameters = readable(read);
    const language = languageOfTags(parameters.get('ui_locales'))?.tag;
    this.languages.ask(http, language);
    const repeated = logoutParameters.find((name) => parameters.repeated.has(name));
    if (repeated !== undefined) throw refusal(message('request.sentTwice', { parameter: repeated }));
    const hint = await this.hint(parameters.get('id_token_hint'));
    const named = parameters.get('client_id');
    // "If both client_id and id_token_hint are present, the OP MUST verify that the Client Identifier matches"
    if (hint && named !== undefined && named !== hint.clientId)
      throw refusal(message('signOut.twoApplications'));

    const clientId = hint?.clientId ?? named;
    const client = clientId === undefined ? undefined : await this.clients.find(clientId);
    const uri = parameters.get('post_logout_redirect_uri');
    if (uri !== undefined) checkReturn(uri, clientId, client);
    const state = parameters.get('state');
    return {
      subject: hint?.subject,
      clientId,
      clientName: client?.name,
      registeredItself: client?.registeredItself ?? false,
      returnTo: uri && (state === undefined ? uri : responseLocation(uri, 'query', { state })),
      language,
    };
  }

  /** The request as it travels through the confirmation page. */
  async seal(request: LogoutRequest): Promise<string> {
    return this.secrets.seal('sign-out', request);
  }

  async open(sealed: string, http: FastifyRequest): Promise<LogoutRequest | undefined> {
    const request = (await this.secrets.unseal('sign-out', sealed)) as LogoutRequest | undefined;
    this.languages.ask(http, request?.language);
    return request;
  }

  /** The name of the client, as pages show it; undefined if the request names none. */
  async nameOf({ clientId, clientName }: LogoutRequest): Promise<Text | undefined> {
    const client = clientId === undefined ? undefined : await this.clients.find(clientId);
    return client?.shownName ?? (clientName === undefined ? undefined : verbatim(clientName));
  }

  /** The session whose user a verified hint names, by the subject that its client knows. */
  async meantBy<Session extends ActiveSession>(
    { subject, clientId }: LogoutRequest,
    held: readonly Session[],
  ): Promise<Session | undefined> {
    if (subject === undefined || clientId === undefined) return undefined;
    const client = await this.clients.find(clientId);
    return held.find(
      ({ userId }) => subject === (client ? this.subjects.subjectFor(client, userId) : userId),
    );
  }

  private async hint(
    idToken: string | undefined,
  ): Promise<{ subject: string; clientId: string } | undefined> {
    if (idToken === undefined) return undefined;
    const claims = await this.jwtVerifier.verifyHint(idToken);
    if (typeof claims?.sub !== 'string' || typeof claims.aud !== 'string') {
      throw refusal(message('signOut.noProof'));
    }
    return { subject: claims.sub, clientId: claims.aud };
  }
}

/** A request that cannot be read asks for nothing. */
function readable(read: () => Parameters): Parameters {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    throw refusal(message('signOut.malformed', { reason: error.description }));
  }
}

/** "the OP MUST NOT perform post-logout redirection" to a URI that is not registered for a known client (§3). */
function checkReturn(uri: string, clientId: string | undefined, client: RegisteredClient | undefined): void {
  const received = `post_logout_redirect_uri ${uri.slice(0, 1_000)}`;
  if (clientId === undefined)
    throw refusal(
      message('signOut.unknownSender'),
      `${received}: expected an id_token_hint or a client_id beside it, received neither`,
    );
  if (!client)
    throw refusal(message('request.unknownClient'), `client_id ${clientId.slice(0, 255)}, ${received}`);
  if (!client.allowsPostLogoutRedirectUri(uri))
    throw refusal(
      message('signOut.unregisteredReturn'),
      `${received}, registered: ${client.metadata.postLogoutRedirectUris.join(' ') || 'none'}`,
    );
}

const refusal = (text: Message, detail?: string): PageError =>
  new PageError(400, 'invalid_request', message('signOut.refused'), text, { detail });
