import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ClaimRulesStore } from '../persistence/stores/claim-rules.store.js';
import {
  type ClaimContext,
  type ClaimPlace,
  claimPlaces,
  type ClaimRule,
  holds,
} from '../protocol/claim-rules.js';
import { builtInClaimRules } from './built-in-claim-rules.js';

type RulesByPlace = Readonly<Record<ClaimPlace, readonly ClaimRule[]>>;

/** A change by another process is seen after this time. */
const cacheTtlMilliseconds = 2_000;

/** The rules about claims, the built-in ones first. */
@Injectable()
export class ClaimRuleCatalogue {
  private readonly cache = new LRUCache<'all', RulesByPlace>({
    max: 1,
    ttl: cacheTtlMilliseconds,
    fetchMethod: async () => this.load(),
  });

  constructor(private readonly store: ClaimRulesStore) {}

  /** The rules that hold at a place. */
  async holding(place: ClaimPlace, context: ClaimContext): Promise<readonly ClaimRule[]> {
    const rules = this.cache.get('all') ?? (await this.cache.fetch('all')) ?? (await this.load());
    return rules[place].filter((rule) => holds(rule, context));
  }

  /** Makes a change by this process visible at once. */
  forget(): void {
    this.cache.clear();
  }

  private async load(): Promise<RulesByPlace> {
    const all = [...builtInClaimRules, ...(await this.store.all())];
    return Object.fromEntries(
      claimPlaces.map((place) => [place, all.filter(({ places }) => places.includes(place))]),
    ) as unknown as RulesByPlace;
  }
}
