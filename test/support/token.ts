import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** SoftHSM's library; undefined where the machine has none. */
export const softHsm = process.env.EYRIE_TEST_SOFTHSM;

const pin = 'the-pin-of-the-user';

/** A private key, as another process sees it in the token. */
export interface TokenKey {
  readonly id: string;
  readonly label: string;
  readonly isSensitive: boolean;
  readonly isExtractable: boolean;
  readonly wasEverExtractable: boolean;
  readonly canBeRead: boolean;
}

/** A PKCS#11 token in a folder of its own. */
export class TestToken {
  private readonly folder = mkdtempSync(join(tmpdir(), 'eyrie-token-'));
  private readonly tokens = join(this.folder, 'tokens');
  private readonly configuration = join(this.folder, 'softhsm2.conf');
  readonly settings = {
    EYRIE_SIGNER: 'pkcs11',
    EYRIE_PKCS11_MODULE: softHsm ?? '',
    EYRIE_PKCS11_TOKEN: 'eyrie',
    EYRIE_PKCS11_PIN: pin,
  };

  /** @param options further lines of SoftHSM's configuration */
  constructor(...options: string[]) {
    mkdirSync(this.tokens);
    writeFileSync(
      this.configuration,
      [
        `directories.tokendir = ${this.tokens}`,
        'objectstore.backend = file',
        'log.level = ERROR',
        ...options,
      ].join('\n'),
    );
    process.env.SOFTHSM2_CONF = this.configuration;
    const pins = ['--so-pin', 'the-pin-of-the-officer', '--pin', pin];
    execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'eyrie', ...pins]);
  }

  /** What a process beside this one needs to use it. */
  get environment(): Record<string, string> {
    return { ...this.settings, SOFTHSM2_CONF: this.configuration };
  }

  keys(): TokenKey[] {
    return this.ask({});
  }

  /** Destroys a private key behind the service's back. */
  destroy(id: string): void {
    this.ask({}, 'destroy', id);
  }

  /** Changes the PIN behind the service's back. */
  changePin(from: string, to: string): void {
    this.ask({ EYRIE_PKCS11_PIN: from }, 'pin', to);
  }

  /** Nobody finds the token any more. */
  takeAway(): void {
    renameSync(this.tokens, `${this.tokens}.away`);
  }

  bringBack(): void {
    renameSync(`${this.tokens}.away`, this.tokens);
  }

  private ask(environment: Record<string, string>, ...commandLine: string[]): TokenKey[] {
    const script = join(import.meta.dirname, 'token-objects.mjs');
    const env = { ...process.env, ...this.environment, ...environment };
    const options = { env, encoding: 'utf8' } as const;
    return JSON.parse(execFileSync(process.execPath, [script, ...commandLine], options)) as TokenKey[];
  }

  remove(): void {
    delete process.env.SOFTHSM2_CONF;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
