import { createRequire } from 'node:module';
import { SettingError } from '../../../config/setting-error.js';
import { CKF, CKR, type Cryptoki, isCryptokiError } from './cryptoki.js';

const packageName = 'pkcs11js';
const load = createRequire(import.meta.url);

/** Cryptoki is initialised once in a process, however many use it (PKCS#11 §5.4). Libraries stay loaded: not all can be unloaded. */
const loaded = new Map<string, CryptokiModule>();

/** A PKCS#11 library in this process. */
export class CryptokiModule {
  private users = 0;
  private running = 0;
  private restarting: Promise<void> | undefined;
  private readonly idleCallbacks: (() => void)[] = [];
  private isInitialised = false;
  /** Counts the times that it was initialised. Sessions and handles are good for one of them. */
  generation = 0;

  private constructor(private readonly cryptoki: Cryptoki) {}

  /** @throws SettingError if the package is not installed, or the library cannot be loaded */
  static use(path: string): CryptokiModule {
    let module = loaded.get(path);
    if (!module) loaded.set(path, (module = new CryptokiModule(libraryAt(path))));
    module.users += 1;
    return module;
  }

  /** Works with the library, which is initialised by then, and not restarted meanwhile. */
  async run<Result>(work: (cryptoki: Cryptoki) => Promise<Result>): Promise<Result> {
    await this.restarting;
    this.running += 1;
    try {
      this.initialise();
      return await work(this.cryptoki);
    } finally {
      this.running -= 1;
      if (this.running === 0) for (const callback of this.idleCallbacks.splice(0)) callback();
    }
  }

  /** Ends all sessions. The next use has the library look for its tokens anew. */
  async restart(): Promise<void> {
    this.restarting ??= this.whenIdle()
      .then(() => this.finalise())
      .finally(() => (this.restarting = undefined));
    await this.restarting;
  }

  /** Whoever uses the library no longer says so. */
  async release(): Promise<void> {
    this.users -= 1;
    if (this.users === 0) await this.restart();
  }

  private initialise(): void {
    if (this.isInitialised) return;
    try {
      // Signatures are made on several threads.
      this.cryptoki.C_Initialize({ flags: CKF.OS_LOCKING_OK });
    } catch (error) {
      if (!isCryptokiError(error, CKR.CRYPTOKI_ALREADY_INITIALIZED)) throw error;
    }
    this.isInitialised = true;
    this.generation += 1;
  }

  private finalise(): void {
    if (!this.isInitialised) return;
    this.isInitialised = false;
    try {
      this.cryptoki.C_Finalize();
    } catch (error) {
      // It is to begin anew, whatever state it is in.
      if (!isCryptokiError(error)) throw error;
    }
  }

  private async whenIdle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.idleCallbacks.push(resolve));
  }
}

function libraryAt(path: string): Cryptoki {
  let pkcs11: { readonly PKCS11: new () => Cryptoki };
  try {
    pkcs11 = load(packageName) as typeof pkcs11;
  } catch (error) {
    throw new SettingError(
      `EYRIE_PKCS11_MODULE needs the package ${packageName}, which cannot be loaded (${firstLine(error)}): install it with \`npm install ${packageName}\`, which needs a C++ compiler and Python`,
    );
  }
  const cryptoki = new pkcs11.PKCS11();
  try {
    cryptoki.load(path);
  } catch (error) {
    throw new SettingError(
      `EYRIE_PKCS11_MODULE is "${path}", which cannot be loaded (${firstLine(error)}): name the PKCS#11 library of the token, and let this user read it`,
    );
  }
  return cryptoki;
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n', 1)[0] ?? '';
