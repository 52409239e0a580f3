import { certificateOf } from './saml/certificates.js';
import { directoryServer } from './ldap/servers.js';
import { mappedMembers, strengths, type UpstreamDefinition } from './definition.js';

/** What is wrong with a member of an upstream. */
export interface UpstreamProblem {
  readonly member: keyof UpstreamDefinition | 'client_secret' | 'protocol';
  /** Follows the member in a sentence. */
  readonly reason: string;
}

/** What the rules depend on. */
export interface CheckedUpstream {
  readonly protocol: string;
  /** The protocol of the preset, if there is one. */
  readonly presetProtocol: string | undefined;
  readonly definition: UpstreamDefinition;
  readonly hasSecret: boolean;
  /** Why a URL may not be fetched. */
  readonly urlProblem: (url: string) => string | undefined;
  /** What is wrong with the filters of a directory. */
  readonly filterProblems: Partial<Record<'user_filter' | 'group_search_filter', string | undefined>>;
}

const endpoints = {
  oidc: ['issuer'],
  oauth2: ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'],
  ldap: [],
  saml: ['sso_url'],
} as const satisfies Readonly<Record<string, readonly (keyof UpstreamDefinition)[]>>;

/** Characters of a claim, or of its value. */
export const maxValueLength = 1_024;

const domain = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** The violations of an upstream, of which each member has its form already. */
export function upstreamProblems({
  protocol,
  presetProtocol,
  definition,
  hasSecret,
  urlProblem,
  filterProblems,
}: CheckedUpstream): UpstreamProblem[] {
  const problems: UpstreamProblem[] = [];
  const refuse = (member: UpstreamProblem['member'], reason: string): void =>
    void problems.push({ member, reason });
  if (presetProtocol !== undefined && presetProtocol !== protocol)
    refuse('protocol', `is ${protocol}, but the preset is of ${presetProtocol}`);
  if (protocol === 'ldap') refuseDirectory(definition, { hasSecret, urlProblem, filterProblems }, refuse);
  else if (protocol === 'saml') refuseSaml(definition, refuse);
  else refuseClient(definition, hasSecret, refuse);
  for (const member of endpoints[protocol as keyof typeof endpoints]) {
    const url = definition[member];
    const problem = url === undefined ? 'is missing' : urlProblem(url);
    if (problem !== undefined) refuse(member, problem);
  }
  for (const member of ['emails_endpoint', 'slo_url', 'slo_response_url'] as const) {
    const url = definition[member];
    const problem = url === undefined ? undefined : urlProblem(url);
    if (problem !== undefined) refuse(member, problem);
  }
  if (definition.sign_out_there && protocol !== 'oidc' && !(protocol === 'saml' && definition.slo_url))
    refuse('sign_out_there', protocol === 'saml' ? 'needs slo_url' : `is not there for ${protocol}`);
  for (const member of ['email_domains', 'trusted_email_domains'] as const)
    for (const name of definition[member])
      if (!domain.test(name) && !(member === 'trusted_email_domains' && name === '*'))
        refuse(member, `holds ${name}, which is not a domain`);
  refuseMapped(definition, refuse);
  return problems;
}

/** @param known the names of the attributes that are defined */
export const unknownAttributeProblems = (
  names: readonly string[],
  known: readonly string[],
): UpstreamProblem[] =>
  names
    .filter((name) => !known.includes(name))
    .map((name) => ({ member: 'attributes', reason: `holds ${name}, which is no attribute of users` }));

type Refuse = (member: UpstreamProblem['member'], reason: string) => void;

function refuseClient(definition: UpstreamDefinition, hasSecret: boolean, refuse: Refuse): void {
  if (definition.client_id === undefined) refuse('client_id', 'is missing');
  const method = definition.token_endpoint_auth_method;
  if (method.startsWith('client_secret') && !hasSecret)
    refuse('client_secret', `is missing, which ${method} needs`);
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname));
}

function refuseSaml(
  {
    idp_entity_id,
    certificates = [],
    name_id_format,
    subject_claim,
    allow_idp_initiated = false,
    idp_initiated_targets = [],
    metadata_url,
    metadata_refresh = false,
  }: UpstreamDefinition,
  refuse: Refuse,
): void {
  if (idp_entity_id === undefined) refuse('idp_entity_id', 'is missing');
  if (certificates.length === 0) refuse('certificates', 'is missing');
  for (const [index, text] of certificates.entries()) {
    const certificate = certificateOf(text);
    if (typeof certificate === 'string')
      refuse('certificates', `holds entry ${index + 1}, which ${certificate}`);
  }
  if (metadata_refresh && metadata_url === undefined) refuse('metadata_refresh', 'needs metadata_url');
  for (const target of idp_initiated_targets)
    if (!isTarget(target)) refuse('idp_initiated_targets', `holds ${target}, which is not an https URL`);
  if (idp_initiated_targets.length > 0 && !allow_idp_initiated)
    refuse('idp_initiated_targets', 'needs allow_idp_initiated');
  if (name_id_format === 'transient' && subject_claim === 'sub')
    refuse('subject_claim', 'must name an attribute, since a transient NameID identifies nobody for good');
}

function refuseDirectory(
  {
    servers = [],
    start_tls = false,
    allow_plaintext = false,
    base_dn,
    bind_dn,
    password_change = false,
  }: UpstreamDefinition,
  {
    hasSecret,
    urlProblem,
    filterProblems,
  }: Pick<CheckedUpstream, 'hasSecret' | 'urlProblem' | 'filterProblems'>,
  refuse: Refuse,
): void {
  if (servers.length === 0) refuse('servers', 'is missing');
  for (const address of servers) {
    const server = directoryServer(address, { startsTls: start_tls, allowsPlaintext: allow_plaintext });
    const problem =
      typeof server === 'string'
        ? server
        : urlProblem(
            `https://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`,
          );
    if (problem !== undefined) refuse('servers', `holds ${address}, which ${problem}`);
    if (password_change && typeof server !== 'string' && server.encryption === 'none')
      refuse('password_change', `needs TLS, which ${address} is not asked over: use ldaps, or set start_tls`);
  }
  if (base_dn === undefined) refuse('base_dn', 'is missing');
  for (const member of ['user_filter', 'group_search_filter'] as const) {
    const problem = filterProblems[member];
    if (problem !== undefined) refuse(member, problem);
  }
  if (bind_dn !== undefined && !hasSecret)
    refuse('client_secret', 'is missing: it is the password of bind_dn');
}

const isValue = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && Array.from(value).length <= maxValueLength;

function refuseMapped(
  { claims, attributes, acr_map, amr_map, required_claims, group_map }: UpstreamDefinition,
  refuse: (member: UpstreamProblem['member'], reason: string) => void,
): void {
  const unknown = Object.keys(claims).find((member) => !mappedMembers.some((known) => known === member));
  if (unknown !== undefined)
    refuse('claims', `holds ${unknown}, which is none of ${mappedMembers.join(', ')}`);
  for (const [member, map] of Object.entries({ claims, attributes, required_claims, group_map }))
    if (!Object.values(map).every(isValue))
      refuse(
        member as 'claims' | 'attributes' | 'required_claims' | 'group_map',
        `must hold texts of up to ${maxValueLength} characters`,
      );
  for (const [member, map] of Object.entries({ acr_map, amr_map })) {
    const isKnown = (value: unknown): boolean => typeof value === 'string' && Object.hasOwn(strengths, value);
    if (!Object.values(map).every(isKnown))
      refuse(member as 'acr_map' | 'amr_map', `must hold ${Object.keys(strengths).join(', ')}`);
  }
}
