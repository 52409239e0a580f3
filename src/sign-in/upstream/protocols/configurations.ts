import { Injectable } from '@nestjs/common';
import type { ClientAuth, Configuration } from 'openid-client';
import { LRUCache } from 'lru-cache';
import { Outbound } from '../../../outbound/outbound.js';
import type { LoadedUpstream } from '../definition.js';
import { guardedFetch } from './guarded-fetch.js';

/** Metadata of an upstream is read again after this time. */
const cacheTtlMilliseconds = 3_600_000;
const maxKept = 100;
/** Clocks of upstreams may be off by this much. */
export const clockToleranceSeconds = 30;

/** What openid-client has to know of upstreams. It is loaded when the first of them is used. */
@Injectable()
export class UpstreamConfigurations {
  private readonly cache = new LRUCache<string, Configuration>({ max: maxKept, ttl: cacheTtlMilliseconds });
  private readonly underWay = new Map<string, Promise<Configuration>>();

  constructor(private readonly outbound: Outbound) {}

  /**
   * @param make makes the configuration if it is not known; only one that was made is kept
   */
  async get(
    upstream: LoadedUpstream,
    make: (client: typeof import('openid-client'), auth: ClientAuth) => Promise<Configuration>,
  ): Promise<Configuration> {
    const key = `${upstream.id} ${upstream.version}`;
    const known = this.cache.get(key) ?? this.underWay.get(key);
    if (known) return known;
    const making = this.make(upstream, make)
      .then((configuration) => {
        this.cache.set(key, configuration);
        return configuration;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, making);
    return making;
  }

  get fetch(): ReturnType<typeof guardedFetch> {
    return guardedFetch(this.outbound);
  }

  private async make(
    upstream: LoadedUpstream,
    make: (client: typeof import('openid-client'), auth: ClientAuth) => Promise<Configuration>,
  ): Promise<Configuration> {
    const client = await import('openid-client');
    const configuration = await make(client, authenticationOf(client, upstream));
    // The guarded fetch decides about http: only hosts that the operator has named.
    client.allowInsecureRequests(configuration);
    configuration[client.customFetch] = guardedFetch(this.outbound);
    return configuration;
  }
}

/** The assertion of private_key_jwt is made for each request, and travels with its parameters. */
function authenticationOf(
  client: typeof import('openid-client'),
  { token_endpoint_auth_method: method, secret = '' }: LoadedUpstream,
): ClientAuth {
  if (method === 'client_secret_basic') return client.ClientSecretBasic(secret);
  if (method === 'client_secret_post') return client.ClientSecretPost(secret);
  return client.None();
}
