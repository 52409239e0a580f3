import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type ClaimRuleDefinition, ClaimRules, toClaimRule, toDefinition } from '../directory/claim-rules.js';
import { ClaimRulesStore } from '../persistence/stores/claim-rules.store.js';
import { actor, type Outcome } from './applied-item.js';

/** Applies a rule about a claim. */
@Injectable()
export class ApplyClaims {
  constructor(
    private readonly store: ClaimRulesStore,
    private readonly rules: ClaimRules,
  ) {}

  async apply(rule: ClaimRuleDefinition): Promise<Outcome> {
    const present = await this.store.findByName(rule.name);
    if (!present) {
      await this.rules.create(rule, actor);
      return 'created';
    }
    const wanted = toDefinition({ ...toClaimRule(rule), name: rule.name });
    if (isDeepStrictEqual(wanted, toDefinition(present))) return 'unchanged';
    await this.rules.update(present.id, wanted, actor);
    return 'updated';
  }
}
