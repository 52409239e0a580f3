import { agentSettings } from './agent-settings.js';
import { brandSettings } from './brand-settings.js';
import { clientSettings } from './client-settings.js';
import { connectionSettings } from './connection-settings.js';
import { deletionSettings } from './deletion-settings.js';
import { lifetimeSettings } from './lifetime-settings.js';
import { mailSettings } from './mail-settings.js';
import { passkeySettings } from './passkey-settings.js';
import { serverSettings } from './server-settings.js';
import { peopleSettings } from './people-settings.js';
import type { SettingGroup } from './setting.js';
import { signerSettings } from './signer-settings.js';
import { signInSettings } from './sign-in-settings.js';
import { traceSettings } from './trace-settings.js';

/** Every setting, grouped as the code reads them. A further one is an entry in one of the groups. */
export const settingTable = {
  ...serverSettings,
  ...connectionSettings,
  ...clientSettings,
  agents: agentSettings,
  signer: signerSettings,
  lifetimes: lifetimeSettings,
  signIn: signInSettings,
  passkeys: passkeySettings,
  mail: mailSettings,
  people: peopleSettings,
  brand: brandSettings,
  deletion: deletionSettings,
  traces: traceSettings,
} as const satisfies SettingGroup;
