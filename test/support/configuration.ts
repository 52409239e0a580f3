import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Configuration files of one spec, in a folder of their own. */
export class ConfigurationFiles {
  private constructor(private readonly folder: string) {}

  static async create(): Promise<ConfigurationFiles> {
    return new ConfigurationFiles(await mkdtemp(join(tmpdir(), 'eyrie-configuration-')));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file; gives back its path. */
  async write(text: string, name = 'eyrie.yaml'): Promise<string> {
    const path = this.path(name);
    await writeFile(path, text);
    return path;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** A file with one of each. */
export const story = `
resources:
  - identifier: https://notes.example.com
    name: Notes
    scopes: { notes.read: Read your notes }
clients:
  - client_id: reader
    client_name: Reader
    client_secret: a secret of the reader of contacts
    redirect_uris: [https://reader.example.com/callback]
    grant_types: [authorization_code, refresh_token]
    scope: openid notes.read
  - client_id: app
    redirect_uris: [http://127.0.0.1/callback]
    token_endpoint_auth_method: none
users:
  - { username: bob, name: Bob, email: bob@example.com, password: battery staple }
`;
