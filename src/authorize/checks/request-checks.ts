import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { JwtVerifier } from '../../keys/jwt-verifier.js';
import { parseClaimsRequest } from '../../protocol/claims-request.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import type { AuthorizationRequest, ProvenRequest } from '../authorization-request.js';
import { dpopKey, pkce } from './binding-checks.js';
import type { Check, Draft, Endpoint, Findings, Knowledge } from './check.js';
import { isPushedIfRequired, isSignedIfRequired, requestObjectIsGood } from './delivery-checks.js';
import { essentialAcrIsReachable, idTokenHint, maxAge, nonce, prompts } from './openid-checks.js';
import {
  repeatsNoParameter,
  responseModeFits,
  responseType,
  usesSupportedParameters,
} from './response-checks.js';
import { claims, resources, scopes } from './scope-checks.js';

const everywhere = ['authorize', 'resume', 'pushed'] as const;
const browser = ['authorize', 'resume'] as const;

/** The checks of a proven request in their order, with the endpoints at which each is made. The first error is the answer. */
export const checks: readonly (readonly [at: readonly Endpoint[], check: Check])[] = [
  [browser, requestObjectIsGood],
  [browser, isPushedIfRequired],
  [everywhere, isSignedIfRequired],
  [everywhere, repeatsNoParameter],
  [everywhere, usesSupportedParameters],
  [everywhere, responseType],
  [everywhere, responseModeFits],
  [everywhere, claims],
  [everywhere, scopes],
  [everywhere, resources],
  [everywhere, pkce],
  [everywhere, nonce],
  [everywhere, prompts],
  [everywhere, maxAge],
  [everywhere, essentialAcrIsReachable],
  [everywhere, idTokenHint],
  [everywhere, dpopKey],
];

const checksAt: Readonly<Record<Endpoint, readonly Check[]>> = {
  authorize: listed('authorize'),
  resume: listed('resume'),
  pushed: listed('pushed'),
};

const initial: Findings = {
  responseType: 'code',
  scopes: [],
  resources: null,
  codeChallenge: undefined,
  dpopJkt: undefined,
  nonce: undefined,
  prompts: new Set(),
  maxAge: undefined,
  claims: parseClaimsRequest(undefined),
  hintedSubject: undefined,
};

/** Makes the checks of an endpoint. */
@Injectable()
export class RequestChecks {
  private readonly knowledge: Knowledge;

  constructor(catalogue: ResourceCatalogue, jwtVerifier: JwtVerifier, @Inject(SETTINGS) settings: Settings) {
    this.knowledge = { catalogue, jwtVerifier, settings };
  }

  /** @throws OAuthError of the first check that fails */
  async check(proven: ProvenRequest, at: Endpoint): Promise<AuthorizationRequest> {
    const request: Draft = { ...proven, ...initial };
    for (const check of checksAt[at]) {
      const found = check(request, this.knowledge);
      Object.assign(request, found instanceof Promise ? await found : found);
    }
    return request;
  }
}

function listed(endpoint: Endpoint): Check[] {
  return checks.flatMap(([at, check]) => (at.includes(endpoint) ? [check] : []));
}
