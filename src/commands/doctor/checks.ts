import { checkClients } from './clients-check.js';
import { checkDatabase } from './database-check.js';
import { checkDirectories } from './directories-check.js';
import type { Check } from './finding.js';
import { checkIssuer } from './issuer-check.js';
import { checkKeys } from './keys-check.js';
import { checkPeople } from './people-check.js';
import { checkSettings } from './settings-check.js';
import { checkSigner } from './signer-check.js';
import { checkUpkeep } from './upkeep-check.js';

/** Everything that `eyrie doctor` looks at, in the order of its report. */
export const checks: Readonly<Record<string, Check>> = {
  settings: checkSettings,
  issuer: checkIssuer,
  database: checkDatabase,
  keys: checkKeys,
  signer: checkSigner,
  upkeep: checkUpkeep,
  directories: checkDirectories,
  clients: checkClients,
  people: checkPeople,
};
