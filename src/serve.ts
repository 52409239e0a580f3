import { createApplication } from './application.js';
import { endpoints } from './config/endpoints.js';
import { isProduction, processSettings, type Settings } from './config/settings.js';
import { migrateBeforeStart } from './migrating.js';
import { fail, stopOnSignals } from './process.js';
import type { FirstAdministratorAccount } from './provisioning/first-administrator.js';
import { StartUp } from './provisioning/start-up.js';
import { formatted } from './start-up-output.js';

/** Serves until a signal ends the process. If the service cannot start, the process ends with 1 and one line that says why. */
export async function serve(): Promise<void> {
  try {
    const settings = processSettings();
    await migrateBeforeStart(settings);
    const app = await createApplication(settings);
    await app.init();
    const { administrator } = await app.get(StartUp).run();
    // Printed before anything else can fail: the password is generated only once.
    if (administrator) print(aboutAdministrator(administrator, settings), settings);
    await app.listen(settings.port, settings.host);
    stopOnSignals(app, settings);
    print(aboutService(settings), settings);
  } catch (error) {
    fail(error, isProduction());
  }
}

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
