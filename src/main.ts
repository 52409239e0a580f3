import { createApplication } from './application.js';
import { endpoints } from './config/endpoints.js';
import { processSettings } from './config/settings.js';
import { SettingError } from './config/setting-error.js';

try {
  const settings = processSettings();
  const app = await createApplication(settings);
  await app.listen(settings.port, settings.host);
  const lines = [
    `Eyrie serves ${settings.issuer}`,
    `  pages       ${settings.issuer}${endpoints.home}  ${settings.issuer}${endpoints.account}`,
    `  Swagger UI  ${settings.issuer}${endpoints.docs}`,
    `  discovery   ${settings.issuer}${endpoints.openidConfiguration}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} catch (error) {
  process.stderr.write(`eyrie: ${error instanceof SettingError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
