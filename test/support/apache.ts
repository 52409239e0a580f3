import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Apache {
  stop(): Promise<void>;
}

/** Where Debian installs the modules. */
const modulesPath = '/usr/lib/apache2/modules';
const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'auth_openidc'];

/**
 * Starts Apache with mod_auth_openidc on a port of loopback.
 *
 * @param pages their names; each holds its name
 * @param directives of mod_auth_openidc, and the locations that it protects
 * @throws {Error} with the log of Apache, when it does not start
 */
export async function startApache(
  port: number,
  pages: readonly string[],
  directives: string,
): Promise<Apache> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-apache-'));
  // Apache gives up the rights of root before it reads the pages.
  await chmod(folder, 0o755);
  const file = join(folder, 'apache.conf');
  for (const page of pages) await writeFile(join(folder, page), page);
  await writeFile(file, configuration(folder, port, directives));
  const apache = spawn('apache2', ['-f', file, '-DFOREGROUND'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  apache.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const closed = once(apache, 'close');
  const ended = closed.then(async () => {
    throw new Error(`Apache ended: ${printed}${await readFile(logOf(folder), 'utf8').catch(() => '')}`);
  });
  ended.catch(() => undefined);
  while (!(await Promise.race([accepts(port), ended])));
  return {
    stop: async () => {
      apache.kill();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  const connection = createConnection(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(connection, 'connect').then(() => true),
    once(connection, 'close').then(() => false),
  ]).catch(() => false);
  connection.destroy();
  return outcome;
}

const logOf = (folder: string): string => join(folder, 'error.log');

const configuration = (folder: string, port: number, directives: string): string => `
ServerRoot ${folder}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${logOf(folder)}
User www-data
Group www-data
${modules.map((name) => `LoadModule ${name}_module ${modulesPath}/mod_${name}.so`).join('\n')}
StartServers 1
DocumentRoot ${folder}
${directives}
`;
