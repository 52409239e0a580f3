import { Injectable } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock.js';
import { Outbound, OutboundError } from '../outbound/outbound.js';
import { jwkProblem } from '../protocol/public-jwks.js';

/** Seconds that a fetched set is used without asking again. */
const freshFor = 600;
/** Seconds that it is used when its host does not answer any more. */
const usableFor = 86_400;
/** Seconds between two attempts: anybody may send a JWT with a key id that nobody knows. */
const pause = 15;

interface Entry {
  readonly attemptedAt: number;
  readonly keys?: JSONWebKeySet;
  readonly fetchedAt: number;
  readonly failure?: OutboundError;
}

/** The key sets behind `jwks_uri`s: fetched guarded, remembered, and asked again for an unknown key at a limited pace. */
@Injectable()
export class RemoteKeySets {
  private readonly entries = new LRUCache<string, Entry>({ max: 1_000 });
  private readonly underWay = new Map<string, Promise<Entry>>();

  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {}

  /** @throws OutboundError when there is none to be had */
  async current(uri: string): Promise<JSONWebKeySet> {
    const now = this.clock.now();
    const entry = this.entries.get(uri);
    if (entry?.keys && now < entry.fetchedAt + freshFor) return entry.keys;
    return usable(await this.attempt(uri, entry, now), now);
  }

  /** The set after somebody used a key that was not in it. */
  async again(uri: string): Promise<JSONWebKeySet> {
    const now = this.clock.now();
    return usable(await this.attempt(uri, this.entries.get(uri), now), now);
  }

  private async attempt(uri: string, entry: Entry | undefined, now: number): Promise<Entry> {
    if (entry && now < entry.attemptedAt + pause) return entry;
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
      entry = { fetchedAt: 0, ...before, attemptedAt: now, failure: error };
    }
    this.entries.set(uri, entry);
    return entry;
  }
}

function usable({ keys, fetchedAt, failure }: Entry, now: number): JSONWebKeySet {
  if (keys && now < fetchedAt + usableFor) return keys;
  throw failure ?? new OutboundError('there is no key set');
}

/** Keys of other kinds are left out: "implementations SHOULD ignore JWKs within a JWK Set that use kty values that are not understood" (RFC 7517 §5). */
function publicKeys(document: unknown): JSONWebKeySet {
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new OutboundError('the document is not a JWK Set');
  return { keys: keys.filter((key) => jwkProblem(key) === undefined) };
}
