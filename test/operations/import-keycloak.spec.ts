import { stat } from 'node:fs/promises';
import { UsersStore } from '../../src/persistence/stores/users.store.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { keycloakRealm } from '../support/keycloak-realm.js';
import { ProgramHost } from '../support/program-host.js';
import type { Ended } from '../support/programs.js';
import { testSecret, useServer } from '../support/server.js';

describe('eyrie import keycloak', () => {
  const server = useServer();
  const program = new ProgramHost();
  afterAll(() => program.end());

  const run = async (...words: string[]): Promise<Ended> =>
    program.eyrie(words, { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret });
  const json = async (...words: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(...words, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  it('imports a realm of Keycloak by way of a configuration file, or at once', async () => {
    const files = await ConfigurationFiles.create();
    const realm = await files.write(JSON.stringify(await keycloakRealm()), 'realm.json');
    const output = files.path('realm.yaml');
    const resource = ['--resource', 'https://orders.example.com'];

    expect(await json('import', 'keycloak', realm, ...resource, '--output', output)).toMatchObject({
      output,
    });
    expect((await stat(output)).mode & 0o777).toBe(0o600);
    expect((await run('import', 'keycloak', realm, '--output', output)).stderr).toMatch(/is there already/);

    const planned = await run('import', 'keycloak', realm, ...resource, '--dry-run');
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    expect(planned.stdout).toMatch(/^\+ user ada$/m);
    const created = planned.stdout.match(/^\+ /gm)?.length;
    expect(planned.stdout).toMatch(new RegExp(`^Would create ${created}, `, 'm'));
    expect(planned.stdout).not.toContain('$argon2');
    expect((await run('plan', output)).code).toBe(2);

    const imported = await json('import', 'keycloak', realm, ...resource);
    expect(imported).toMatchObject({ applied: true });
    expect((await run('plan', output)).code).toBe(0);
    expect((await run('import', 'keycloak', realm, ...resource)).stdout).toMatch(
      /^Nothing has changed\.$[^]*^Left out:$[^]*^ {2}client off: the authorization code flow, as no redirection URI is left$/m,
    );
    await files.remove();
  });

  it('leaves an administrator as they are, who may be another person than the user of that name', async () => {
    const files = await ConfigurationFiles.create();
    await server.createUser({ username: 'root', password: 'a word of the operator', administrator: true });
    const users = [{ username: 'ROOT', email: 'mallory@example.com', emailVerified: true }];
    const realm = await files.write(JSON.stringify({ realm: 'example', users }), 'realm.json');

    const { stdout } = await run('import', 'keycloak', realm);
    expect(stdout).toContain('user ROOT: is the username of an administrator here, who may be somebody else');
    expect(await server.app.get(UsersStore).findByUsername('root')).toMatchObject({ email: null });
    await files.remove();
  });
});
