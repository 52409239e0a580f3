import { createApplication } from './application.js';
import { endpoints } from './config/endpoints.js';
import { processSettings } from './config/settings.js';
import { fail, stopOnSignals } from './process.js';
import type { FirstAdministratorAccount } from './provisioning/first-administrator.js';
import { StartUp } from './provisioning/start-up.js';

try {
  const settings = processSettings();
  const app = await createApplication(settings);
  await app.init();
  const { administrator } = await app.get(StartUp).run();
  // Printed before anything else can fail: the password is generated only once.
  if (administrator) print(...aboutAdministrator(administrator));
  await app.listen(settings.port, settings.host);
  stopOnSignals(app, settings.shutdownDelay);
  print(
    `Eyrie serves ${settings.issuer}`,
    `  pages       ${settings.issuer}${endpoints.home}  ${settings.issuer}${endpoints.account}`,
    `  Swagger UI  ${settings.issuer}${endpoints.docs}`,
    `  discovery   ${settings.issuer}${endpoints.openidConfiguration}`,
  );
} catch (error) {
  fail(error);
}

function aboutAdministrator({ username, generatedPassword }: FirstAdministratorAccount): string[] {
  return [
    'First start: the administrator can sign in',
    `  username    ${username}`,
    `  password    ${generatedPassword ?? 'the one in EYRIE_ADMIN_PASSWORD'}`,
    ...(generatedPassword === undefined
      ? []
      : ['              It is shown this once: keep it, or change it.']),
  ];
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
