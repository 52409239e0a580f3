import { toMetadata } from '../../clients/client-columns.js';
import { Clock } from '../../config/clock.js';
import { isLoopbackHost } from '../../config/loopback.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ClientSecret } from '../../persistence/entities/client-secret.entity.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import { everyPage } from '../../persistence/page.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { ResourcesStore } from '../../persistence/stores/resources.store.js';
import { profileProblems } from '../../protocol/client-metadata/profile-demands.js';
import { usesSecret } from '../../protocol/client-metadata.js';
import { personScopes, parseScope } from '../../protocol/scope.js';
import { swaggerUiClientId } from '../../provisioning/built-in-clients.js';
import { adminScopes } from '../../resource/resource-catalogue.js';
import { type Check, type Finding, note, warning } from './finding.js';

const maxSecretDays = 365;

/** Looks for clients that cannot work, and for registrations that have grown old. */
export const checkClients: Check = async (service) => {
  const store = service.get(ClientsStore);
  const now = service.get(Clock).now();
  const { profile } = service.get<Settings>(SETTINGS);
  const clients = (await everyPage((page) => store.list(page))).filter(
    ({ disabledAt }) => disabledAt === null,
  );
  const resources = await service.get(ResourcesStore).all();
  const defined = new Set([
    ...personScopes,
    ...Object.keys(adminScopes),
    ...resources.flatMap(({ scopes }) => Object.keys(scopes)),
  ]);
  const findings: Finding[] = [];
  for (const client of clients) {
    findings.push(
      ...redirectFindings(client),
      ...scopeFindings(client, defined),
      ...profileFindings(client, profile),
    );
    if (usesSecret(client.tokenEndpointAuthMethod))
      findings.push(...secretFindings(client, await store.secretsOf(client.clientId), now));
  }
  const used = new Set(clients.flatMap(({ scope }) => parseScope(scope)));
  for (const { identifier, scopes } of resources) {
    const unused = Object.keys(scopes).filter((scope) => !used.has(scope));
    if (unused.length > 0)
      findings.push(
        note(
          identifier,
          `no client may ask for ${unused.join(' ')}`,
          'add the scopes to a client, or remove them',
        ),
      );
  }
  return findings;
};

/** What a client registered before its profile, or the one of all clients, came into force. */
function profileFindings(client: Client, ofAll: Settings['profile']): Finding[] {
  // Swagger UI cannot change: it is public, and just stops working.
  if (client.clientId === swaggerUiClientId) return [];
  const problems = profileProblems(toMetadata(client), ofAll);
  if (problems.length === 0) return [];
  return [
    warning(
      `client ${client.clientId}`,
      `does not fit its security profile, which replaces what it registered: ${problems.map(({ field, reason }) => `${field} ${reason}`).join('; ')}`,
      'change these members together, for the client may have to authenticate in another way',
    ),
  ];
}

const redirectFindings = ({ clientId, redirectUris }: Client): Finding[] =>
  redirectUris
    .filter((uri) => uri.startsWith('http:') && !isLoopbackHost(new URL(uri).hostname))
    .map((uri) =>
      warning(`client ${clientId}`, `has the redirection URI ${uri}: codes travel unencrypted`, 'use https'),
    );

function scopeFindings({ clientId, scope }: Client, defined: ReadonlySet<string>): Finding[] {
  const unknown = parseScope(scope).filter((value) => !defined.has(value));
  if (unknown.length === 0) return [];
  return [
    warning(
      `client ${clientId}`,
      `may ask for ${unknown.join(' ')}, which no resource defines: requests with it are refused`,
      'register the resource, or remove the scope from the client',
    ),
  ];
}

function secretFindings({ clientId }: Client, secrets: readonly ClientSecret[], now: number): Finding[] {
  const usable = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  if (usable.length === 0)
    return [
      warning(
        `client ${clientId}`,
        'has no secret that is valid: it cannot authenticate',
        `use \`eyrie client rotate-secret ${clientId}\``,
      ),
    ];
  const days = Math.floor((now - Math.max(...usable.map(({ createdAt }) => createdAt))) / 86_400);
  if (days <= maxSecretDays) return [];
  return [
    warning(
      `client ${clientId}`,
      `has had the same secret for ${days} days`,
      `use \`eyrie client rotate-secret ${clientId}\`, which keeps the old one valid for a while`,
    ),
  ];
}
