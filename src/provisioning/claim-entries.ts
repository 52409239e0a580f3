import { plainToInstance, Transform } from 'class-transformer';
import { IsArray, ValidateNested } from 'class-validator';
import { claimPresetNames, claimPresets } from '../directory/built-in-claim-rules.js';
import { type ClaimRuleDefinition, toDefinition } from '../directory/claim-rules.js';
import { CreateClaimRuleDto } from '../directory/claim-rules.dto.js';
import { ChoiceField, maxClientIdLength, TextField } from '../resource/fields.js';
import { maxIdentifierLength } from '../resource/path-parameters.js';

/** A rule about a claim, with the fields of the admin API. A claim with one name may be given as text. */
export class ClaimRuleEntry extends CreateClaimRuleDto {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  declare claim: string[];
}

/** The rules of a preset, for a client or a resource. */
export class ClaimPresetEntry {
  @ChoiceField({ values: claimPresetNames })
  preset: string;

  @TextField({ maxLength: maxClientIdLength, nullable: true })
  client_id?: string | null;

  @TextField({ maxLength: maxIdentifierLength, nullable: true })
  resource?: string | null;
}

export type ClaimEntry = ClaimRuleEntry | ClaimPresetEntry;

/** The section of rules and presets; a missing one is an empty list. */
export const IsClaimSection = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(toEntry) : (value ?? []))),
    IsArray(),
    ValidateNested({ each: true }),
  ])
    decorate(target, property);
};

function toEntry(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return 'preset' in value
    ? plainToInstance(ClaimPresetEntry, value)
    : plainToInstance(ClaimRuleEntry, value);
}

/** The rules that an entry stands for. Those of a preset are named after it, and after whom they are for. */
export function rulesOf(entry: ClaimEntry): ClaimRuleDefinition[] {
  if (!('preset' in entry)) return [entry];
  const { preset, client_id = null, resource = null } = entry;
  const whom = [client_id, resource].filter((name) => name !== null).join(', ');
  return (claimPresets[preset]?.rules ?? []).map((rule) => ({
    ...toDefinition({ ...rule, name: `${preset}: ${rule.claim.join('.')}${whom ? ` (${whom})` : ''}` }),
    client_id,
    resource,
  }));
}
