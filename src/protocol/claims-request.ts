import { invalidRequest } from './errors.js';

/** The request for one claim (OIDC Core §5.5.1). */
export interface ClaimRequest {
  readonly essential?: boolean;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
}

/** The `claims` parameter (OIDC Core §5.5). */
export interface ClaimsRequest {
  readonly userinfo: ReadonlyMap<string, ClaimRequest>;
  readonly idToken: ReadonlyMap<string, ClaimRequest>;
}

/**
 * @throws OAuthError invalid_request if the parameter is not a JSON object as in OIDC Core §5.5
 */
export function parseClaimsRequest(value: string | undefined): ClaimsRequest {
  if (value === undefined) return { userinfo: new Map(), idToken: new Map() };
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    throw invalidRequest('claims is not JSON');
  }
  if (!isObject(parsed)) throw invalidRequest('claims must be a JSON object');
  return { userinfo: target(parsed, 'userinfo'), idToken: target(parsed, 'id_token') };
}

/** Whether a claim's value satisfies the request. */
export function satisfies(request: ClaimRequest | undefined, actual: unknown): boolean {
  if (request?.value !== undefined) return request.value === actual;
  if (request?.values !== undefined) return request.values.includes(actual);
  return true;
}

function target(claims: Record<string, unknown>, name: string): Map<string, ClaimRequest> {
  const member = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (member === undefined || member === null) return new Map();
  if (!isObject(member)) throw invalidRequest(`claims.${name} must be a JSON object`);
  return new Map(
    Object.entries(member).map(([claim, request]) => [claim, claimRequest(name, claim, request)]),
  );
}

function claimRequest(targetName: string, claim: string, request: unknown): ClaimRequest {
  // "null: indicates that this Claim is being requested in the default manner."
  if (request === null) return {};
  const where = `claims.${targetName}.${claim.slice(0, 60)}`;
  if (!isObject(request)) throw invalidRequest(`${where} must be null or a JSON object`);
  const { essential, value, values } = request;
  if (essential !== undefined && typeof essential !== 'boolean')
    throw invalidRequest(`${where}.essential must be true or false`);
  if (values !== undefined && !Array.isArray(values))
    throw invalidRequest(`${where}.values must be an array`);
  return { essential, value, values };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
