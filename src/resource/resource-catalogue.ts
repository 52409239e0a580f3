import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS, type Settings } from '../config/settings.js';
import { outageOf } from '../persistence/dialects/dialects.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { withinTime } from '../persistence/time-limit.js';
import { type AccessTokenForm, defaultAccessTokenForm, sharedForm } from '../protocol/access-token.js';
import { invalidTarget } from '../protocol/resource-indicator.js';
import { isDirectoryScope, personScopes } from '../protocol/scope.js';
import { normalizeUri } from '../protocol/uri.js';
import { hasMessage } from '../locales/languages.js';
import { type Message, type Text, verbatim } from '../locales/message.js';
import { inEnglish } from '../locales/translator.js';
import type { ResourceTranslations } from '../persistence/entities/resource.entity.js';
import { descriptionOf } from './resource-translations.js';
import { adminScopeNames } from './rights.js';

/** Scopes of the admin API, for people who administer and for service clients that were registered with them. */
export const adminScopes: Readonly<Record<string, string>> = inWords(adminScopeNames);

/** A protected resource: its identifier is the audience of tokens for it. */
export interface ProtectedResource extends AccessTokenForm {
  readonly identifier: string;
  readonly name: string;
  /** Each scope with its description on the consent page. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Its words in other languages. */
  readonly translations?: ResourceTranslations | null;
}

/** The known resources, indexed by their identifiers and by scope. */
interface Catalogue {
  readonly resources: readonly ProtectedResource[];
  /** By the registered spelling, and by the form that all its spellings share. */
  readonly byIdentifier: ReadonlyMap<string, ProtectedResource>;
  readonly byScope: ReadonlyMap<string, ProtectedResource>;
}

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 2_000;
/** Metadata waits this long for the database. */
const metadataWaitMilliseconds = 500;

/** The resources that tokens are issued for: those registered, and Eyrie itself under its issuer. */
@Injectable()
export class ResourceCatalogue {
  private readonly cache = new LRUCache<'all', Catalogue>({
    max: 1,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async () => this.load(),
  });
  private lastRead: readonly ProtectedResource[] | undefined;

  constructor(
    private readonly store: ResourcesStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async all(): Promise<readonly ProtectedResource[]> {
    return (await this.catalogue()).resources;
  }

  /** For the metadata of this server, which is served while the database is away: all resources as they were last read. */
  async lastKnown(): Promise<readonly ProtectedResource[]> {
    const { lastRead } = this;
    if (!lastRead) return this.all();
    const current = this.all().catch(() => lastRead);
    return withinTime(metadataWaitMilliseconds, current, () => lastRead);
  }

  /** Identifiers as they were registered, each once: any spelling names the resource (RFC 3986 §6.2). Unknown ones stay as they are. */
  async registered(identifiers: readonly string[]): Promise<string[]> {
    const catalogue = await this.catalogue();
    return [...new Set(identifiers.map((name) => resourceNamed(catalogue, name)?.identifier ?? name))];
  }

  /** The description of a scope; the scope itself if it has none. */
  async describe(scope: string): Promise<Text> {
    const own = ownScopeMessage(scope);
    if (own) return own;
    const resource = (await this.catalogue()).byScope.get(scope);
    return resource ? descriptionOf(resource, scope) : verbatim(scope);
  }

  /** The resource that a scope belongs to. */
  async resourceOf(scope: string): Promise<ProtectedResource | undefined> {
    return (await this.catalogue()).byScope.get(scope);
  }

  /** Whether a scope is Eyrie's own, and means here what it says. */
  async isOwn(scope: string): Promise<boolean> {
    return (await this.resourceOf(scope))?.identifier === this.settings.issuer;
  }

  /**
   * The audience of a token with these scopes: every resource that one of them belongs to, or Eyrie itself if there is none
   * (RFC 9068 §3, "default resource indicator").
   * @param within the resources that the client named (RFC 8707), to which the audience is limited
   * @param others resources to which something else in the token belongs: its authorization details
   */
  async audienceOf(
    scopes: readonly string[],
    within?: readonly string[] | null,
    others: readonly string[] = [],
  ): Promise<string[]> {
    const catalogue = this.cache.get('all') ?? (await this.catalogue());
    const { byScope } = catalogue;
    const audience = new Set(others);
    if (within) {
      const named = within.filter(
        (identifier) =>
          others.includes(identifier) || this.scopesOf(catalogue, identifier, scopes).length > 0,
      );
      return named.length > 0 ? named : [this.settings.issuer];
    }
    for (const scope of scopes) {
      const resource = byScope.get(scope);
      if (resource) audience.add(resource.identifier);
    }
    return audience.size > 0 ? [...audience] : [this.settings.issuer];
  }

  /** The form of a JWT access token for these resources, under their registered identifiers. */
  async accessTokenForm(audience: readonly string[]): Promise<AccessTokenForm> {
    const { byIdentifier } = this.cache.get('all') ?? (await this.catalogue());
    return sharedForm(audience.flatMap((identifier) => byIdentifier.get(identifier) ?? []));
  }

  /**
   * The scopes among these that belong to one of the named resources (RFC 8707 §2.2).
   * @param others resources that are named for something else than scopes: for authorization details
   * @throws OAuthError invalid_target when a resource is unknown, or none of the scopes belongs to it
   */
  async scopesAt(
    scopes: readonly string[],
    identifiers: readonly string[],
    others: readonly string[] = [],
  ): Promise<string[]> {
    const catalogue = await this.catalogue();
    const found = new Set<string>();
    for (const identifier of identifiers) {
      const own = this.scopesOf(catalogue, identifier, scopes);
      if (own.length === 0 && !others.includes(identifier)) {
        throw invalidTarget(
          'a resource is unknown, or none of the requested and allowed scopes belong to it',
          `resource ${identifier}, scopes ${scopes.join(' ')}`,
        );
      }
      for (const scope of own) found.add(scope);
    }
    return scopes.filter((scope) => found.has(scope));
  }

  /**
   * Those of the resources that exist, and the scopes among these that belong to one of them. A scope without a resource belongs to
   * Eyrie only if no other resource is named: it may be left over from one that is gone.
   */
  async existing(
    identifiers: readonly string[],
    scopes: readonly string[],
  ): Promise<{ existing: string[]; usable: ReadonlySet<string> }> {
    const catalogue = await this.catalogue();
    const existing = identifiers.flatMap((name) => resourceNamed(catalogue, name)?.identifier ?? []);
    const isEyrieAlone = identifiers.every((identifier) => identifier === this.settings.issuer);
    const usable = existing
      .flatMap((identifier) => this.scopesOf(catalogue, identifier, scopes))
      .filter((scope) => isEyrieAlone || catalogue.byScope.has(scope));
    return { existing, usable: new Set(usable) };
  }

  /** Makes a change by this process visible at once. */
  forget(): void {
    this.cache.clear();
  }

  /** The scopes among these that belong to a resource; a scope without a resource belongs to Eyrie. */
  private scopesOf(catalogue: Catalogue, identifier: string, scopes: readonly string[]): string[] {
    const resource = resourceNamed(catalogue, identifier);
    if (!resource) return [];
    const isOwn = resource.identifier === this.settings.issuer;
    return scopes.filter(
      (scope) => Object.hasOwn(resource.scopes, scope) || (isOwn && !catalogue.byScope.has(scope)),
    );
  }

  /** `forget` aborts a load under way, which may have begun before the change: it is started again. */
  private async catalogue(): Promise<Catalogue> {
    const cached = await this.cache.fetch('all').catch((error: unknown) => {
      if (outageOf(error) !== undefined) throw error;
    });
    return cached ?? this.load();
  }

  private async load(): Promise<Catalogue> {
    const registered = await this.store.all();
    // A resource from before these scopes were Eyrie's keeps its own of the same name.
    const ownNames = personScopes.filter(
      (name) => !isDirectoryScope(name) || !registered.some(({ scopes }) => Object.hasOwn(scopes, name)),
    );
    const own = {
      identifier: this.settings.issuer,
      name: 'Eyrie',
      scopes: { ...inWords(ownNames), ...adminScopes },
      ...defaultAccessTokenForm,
    };
    const resources = [own, ...registered];
    const byScope = new Map<string, ProtectedResource>();
    for (const resource of resources) {
      for (const scope of Object.keys(resource.scopes)) if (!byScope.has(scope)) byScope.set(scope, resource);
    }
    const byIdentifier = new Map(resources.map((resource) => [resource.identifier, resource]));
    for (const resource of resources) {
      const form = normalizeUri(resource.identifier);
      if (!byIdentifier.has(form)) byIdentifier.set(form, resource);
    }
    this.lastRead = resources;
    return { resources, byIdentifier, byScope };
  }
}

/** What a scope of Eyrie itself allows, on the consent page. */
function ownScopeMessage(scope: string): Message | undefined {
  const key = `scope.${scope}`;
  return hasMessage(key) ? { key } : undefined;
}

/** Scopes of Eyrie itself with their English descriptions. */
function inWords(scopes: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    scopes.map((scope) => [scope, inEnglish(ownScopeMessage(scope) ?? verbatim(scope))]),
  );
}

/** The resource with this identifier, in whatever spelling. */
function resourceNamed({ byIdentifier }: Catalogue, identifier: string): ProtectedResource | undefined {
  return byIdentifier.get(identifier) ?? byIdentifier.get(normalizeUri(identifier));
}
