import * as oauth from 'oauth4webapi';
import { redirectUri, secretOf } from './scenario.mjs';

/** Clocks may jump meanwhile, which is not what is tested here. */
const clockTolerance = 86_400;

/**
 * A registered client, as oauth4webapi plays it: it checks every response.
 *
 * Each request resolves to `{ status, body }`, where `body` is the token response, the claims or the error.
 */
export class RelyingParty {
  #server;
  #client;
  #authentication;
  #options;

  constructor(line, server, clientId, secret = secretOf(clientId)) {
    this.clientId = clientId;
    this.#server = server;
    this.#client = { client_id: clientId, [oauth.clockTolerance]: clockTolerance };
    this.#authentication = oauth.ClientSecretBasic(secret);
    this.#options = { [oauth.customFetch]: line.fetch, [oauth.allowInsecureRequests]: true };
  }

  /** @returns {Promise<oauth.AuthorizationServer>} what the discovery document says */
  static async discover(line) {
    const issuer = new URL(line.service.issuer);
    const options = { [oauth.customFetch]: line.fetch, [oauth.allowInsecureRequests]: true };
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
  }

  /** A new authorization request: its path, and what its response is redeemed with. */
  async authorizationRequest(scope) {
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: redirectUri,
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { path: `/authorize?${parameters}`, verifier, state };
  }

  /** The parameters of an authorization response, checked. */
  authorizationResponse({ state }, location) {
    return oauth.validateAuthResponse(this.#server, this.#client, location, state);
  }

  redeem({ verifier }, parameters) {
    return this.#answer(
      oauth.authorizationCodeGrantRequest(
        this.#server,
        this.#client,
        this.#authentication,
        parameters,
        redirectUri,
        verifier,
        this.#options,
      ),
      (response) => oauth.processAuthorizationCodeResponse(this.#server, this.#client, response),
    );
  }

  refresh(token) {
    return this.#answer(
      oauth.refreshTokenGrantRequest(this.#server, this.#client, this.#authentication, token, this.#options),
      (response) => oauth.processRefreshTokenResponse(this.#server, this.#client, response),
    );
  }

  clientCredentials(scope) {
    return this.#answer(
      oauth.clientCredentialsGrantRequest(
        this.#server,
        this.#client,
        this.#authentication,
        { scope },
        this.#options,
      ),
      (response) => oauth.processClientCredentialsResponse(this.#server, this.#client, response),
    );
  }

  introspect(token) {
    return this.#answer(
      oauth.introspectionRequest(this.#server, this.#client, this.#authentication, token, this.#options),
      (response) => oauth.processIntrospectionResponse(this.#server, this.#client, response),
    );
  }

  revoke(token) {
    return this.#answer(
      oauth.revocationRequest(this.#server, this.#client, this.#authentication, token, this.#options),
      (response) => oauth.processRevocationResponse(response),
    );
  }

  userinfo(token) {
    return this.#answer(oauth.userInfoRequest(this.#server, this.#client, token, this.#options), (response) =>
      oauth.processUserInfoResponse(this.#server, this.#client, oauth.skipSubjectCheck, response),
    );
  }

  async #answer(request, process) {
    const response = await request;
    if (response.status === 200) return { status: 200, body: await process(response) };
    return { status: response.status, body: await response.json().catch(() => ({})) };
  }
}

/** The subject of an ID token that was checked. */
export const subjectOf = (tokens) => oauth.getValidatedIdTokenClaims(tokens)?.sub;
