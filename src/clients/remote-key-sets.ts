import { Injectable } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock.js';
import { Outbound, OutboundError } from '../outbound/outbound.js';
import { usableKeys } from './key-set.js';

/** A fetched key set is fetched again after this time. */
const cacheTtlSeconds = 600;
/** If its host does not respond, a key set is used for up to this time. */
const maxStaleSeconds = 86_400;
/** The time between two fetches of a URL: anybody can send a JWT with an unknown kid. */
const minFetchIntervalSeconds = 15;

interface Entry {
  readonly attemptedAt: number;
  readonly keys?: JSONWebKeySet;
  readonly fetchedAt: number;
  readonly failure?: OutboundError;
}

/** Fetches and caches the key sets of `jwks_uri`. A set is fetched again for an unknown key, at a limited rate. */
@Injectable()
export class RemoteKeySets {
  private readonly entries = new LRUCache<string, Entry>({ max: 1_000 });
  private readonly underWay = new Map<string, Promise<Entry>>();

  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {}

  /**
   * The key set, from the cache if possible.
   * @throws OutboundError if it cannot be fetched and none is cached
   */
  async current(uri: string): Promise<JSONWebKeySet> {
    const now = this.clock.monotonic();
    const entry = this.entries.get(uri);
    if (entry?.keys && now < entry.fetchedAt + cacheTtlSeconds) return entry.keys;
    return usable(await this.attempt(uri, entry, now), now);
  }

  /**
   * The key set, fetched again because a JWT names a key that is not in the cached one.
   * @throws OutboundError as {@link current}
   */
  async refetch(uri: string): Promise<JSONWebKeySet> {
    const now = this.clock.monotonic();
    return usable(await this.attempt(uri, this.entries.get(uri), now), now);
  }

  private async attempt(uri: string, entry: Entry | undefined, now: number): Promise<Entry> {
    if (entry && now < entry.attemptedAt + minFetchIntervalSeconds) return entry;
    let fetching = this.underWay.get(uri);
    if (!fetching) {
      fetching = this.fetch(uri, entry, now).finally(() => this.underWay.delete(uri));
      this.underWay.set(uri, fetching);
    }
    return fetching;
  }

  private async fetch(uri: string, before: Entry | undefined, now: number): Promise<Entry> {
    let entry: Entry;
    try {
      entry = { attemptedAt: now, fetchedAt: now, keys: publicKeys(await this.outbound.fetchJson(uri)) };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      entry = { fetchedAt: -Infinity, ...before, attemptedAt: now, failure: error };
    }
    this.entries.set(uri, entry);
    return entry;
  }
}

function usable({ keys, fetchedAt, failure }: Entry, now: number): JSONWebKeySet {
  if (keys && now < fetchedAt + maxStaleSeconds) return keys;
  throw failure ?? new OutboundError('no key set was fetched');
}

function publicKeys(document: unknown): JSONWebKeySet {
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new OutboundError('the document is not a JWK Set');
  return usableKeys(keys);
}
