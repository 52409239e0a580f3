import cluster from 'node:cluster';
import { createApplication } from './application.js';
import { endpoints } from './config/endpoints.js';
import type { Settings } from './config/settings.js';
import { migrateBeforeStart } from './migrating.js';
import { stopOnSignals } from './process.js';
import type { FirstAdministratorAccount } from './provisioning/first-administrator.js';
import { StartUp } from './provisioning/start-up.js';
import { formatted } from './start-up-output.js';

/**
 * Serves in this process.
 * @throws SettingError if the service cannot start
 */
export async function startServer(settings: Settings): Promise<void> {
  await migrateBeforeStart(settings);
  const app = await createApplication(settings);
  await app.init();
  const { administrator } = await app.get(StartUp).run();
  // Printed before anything else can fail: the password is generated only once.
  if (administrator) print(aboutAdministrator(administrator, settings), settings);
  await app.listen(settings.port, settings.host);
  stopOnSignals(app, settings);
  if (!isFurtherWorker()) print(aboutService(settings), settings);
}

/** Whether another worker has said already where the service is. */
const isFurtherWorker = (): boolean => (cluster.worker?.id ?? 1) > 1;

function aboutAdministrator(
  { username, generatedPassword }: FirstAdministratorAccount,
  { production }: Settings,
): string[] {
  const chosen = 'the one in EYRIE_ADMIN_PASSWORD or EYRIE_ADMIN_PASSWORD_FILE';
  if (production)
    return [
      `First start: the administrator ${username} can sign in; the password is ${chosen}, and must be changed at the first sign-in`,
    ];
  return [
    'First start: the administrator can sign in',
    `  username    ${username}`,
    `  password    ${generatedPassword ?? chosen}`,
    ...(generatedPassword === undefined
      ? []
      : ['              It is shown this once: keep it, or change it.']),
  ];
}

function aboutService({ issuer, production }: Settings): string[] {
  const title = `Eyrie serves ${issuer}`;
  if (production) return [title];
  return [
    title,
    `  pages       ${issuer}${endpoints.home}  ${issuer}${endpoints.account}`,
    `  Swagger UI  ${issuer}${endpoints.docs}`,
    `  discovery   ${issuer}${endpoints.openidConfiguration}`,
  ];
}

function print(lines: readonly string[], { production }: Settings): void {
  process.stdout.write(formatted(lines, 'info', production));
}
