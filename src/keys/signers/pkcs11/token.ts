import { Logger } from '@nestjs/common';
import type { Clock } from '../../../config/clock.js';
import { SettingError } from '../../../config/setting-error.js';
import type { Pkcs11Settings } from '../../../config/signer-settings.js';
import { KeyGoneError, SignerAwayError } from '../signer-away.js';
import { CKR, isCryptokiError } from './cryptoki.js';
import { CryptokiModule } from './cryptoki-module.js';
import { NoTokenError } from './slots.js';
import { TokenConnection } from './token-connection.js';

/** A token that is away is asked again after this time. */
const retrySeconds = 1;
/** A login is that new if a missing key is not missing because the token was exchanged meanwhile. */
const minLoginSeconds = 10;

/** Somebody else in this process has initialised the library anew. */
class StaleConnectionError extends Error {
  override readonly message = 'the library was initialised anew';
}

const pinErrors = [CKR.PIN_INCORRECT, CKR.PIN_INVALID, CKR.PIN_LEN_RANGE, CKR.PIN_EXPIRED, CKR.PIN_LOCKED];

/** A token, to which the service logs in again when it has been away. */
export class Token {
  private readonly logger = new Logger('Signer');
  private module: CryptokiModule | undefined;
  private connection: TokenConnection | undefined;
  private connecting: Promise<TokenConnection> | undefined;
  private connectedAt = -Infinity;
  private failedAt = -Infinity;
  /** What it could do when it was last there. */
  mechanisms: ReadonlySet<number> = new Set();
  /** Why it does not serve at present. */
  problem: string | undefined;
  /** Whether the PIN was refused. It is not tried again: tokens lock themselves after a few wrong ones. */
  private isPinRefused = false;

  constructor(
    private readonly settings: Pkcs11Settings,
    private readonly clock: Clock,
  ) {}

  /** @throws SettingError if it cannot be used as the settings are */
  async start(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      await this.close();
      throw settingErrorOf(error, this.settings);
    }
  }

  /**
   * Works with the token. If that fails, the service logs in anew and tries once more.
   * @throws SignerAwayError
   */
  async use<Result>(work: (connection: TokenConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.connected();
    try {
      return this.succeeded(await this.run(connection, work));
    } catch (error) {
      if (!this.isWorthAnother(error)) throw error;
      if (this.connection === connection) this.connection = undefined;
    }
    try {
      return this.succeeded(await this.run(await this.connected(), work));
    } catch (error) {
      throw this.failed(error);
    }
  }

  async close(): Promise<void> {
    this.connection = undefined;
    await this.module?.release();
    this.module = undefined;
  }

  private async run<Result>(
    connection: TokenConnection,
    work: (connection: TokenConnection) => Promise<Result>,
  ): Promise<Result> {
    const { module } = this;
    if (!module) throw new SignerAwayError('the service is stopping');
    return module.run(async () => {
      if (module.generation !== connection.generation) throw new StaleConnectionError();
      return work(connection);
    });
  }

  /** A key that is missing may be missing because the token is another one. It is not looked for again and again. */
  private isWorthAnother(error: unknown): boolean {
    if (error instanceof KeyGoneError) return this.clock.monotonic() - this.connectedAt > minLoginSeconds;
    return isCryptokiError(error) || error instanceof StaleConnectionError;
  }

  private async connected(): Promise<TokenConnection> {
    if (this.connection) return this.connection;
    if (!this.connecting && (this.isPinRefused || this.clock.monotonic() - this.failedAt < retrySeconds))
      throw new SignerAwayError(this.problem ?? 'the token is away');
    try {
      return await this.connect();
    } catch (error) {
      throw this.failed(error);
    }
  }

  private connect(): Promise<TokenConnection> {
    this.connecting ??= this.login().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async login(): Promise<TokenConnection> {
    const isFirst = this.module === undefined;
    const module = (this.module ??= CryptokiModule.use(this.settings.module));
    if (!isFirst) await module.restart();
    const connection = await module.run(async (cryptoki) =>
      TokenConnection.open(cryptoki, module.generation, this.settings),
    );
    this.connection = connection;
    this.mechanisms = connection.mechanisms;
    this.connectedAt = this.clock.monotonic();
    return connection;
  }

  private succeeded<Result>(result: Result): Result {
    if (this.problem !== undefined) this.logger.log('the PKCS#11 token is back');
    this.problem = undefined;
    return result;
  }

  private failed(error: unknown): unknown {
    if (!isOfToken(error)) return error;
    // It was noted when it was thrown, or is none of the token's doing.
    if (error instanceof SignerAwayError && !(error instanceof KeyGoneError)) return error;
    const problem = error instanceof SignerAwayError ? (error.detail ?? error.message) : error.message;
    // Never tried again by this process: a few wrong ones lock the token.
    this.isPinRefused ||= isCryptokiError(error, ...pinErrors);
    if (problem !== this.problem) this.logger.warn(`the PKCS#11 token cannot be used: ${problem}`);
    this.problem = problem;
    this.failedAt = this.clock.monotonic();
    if (!(error instanceof KeyGoneError)) this.connection = undefined;
    return error instanceof SignerAwayError ? error : new SignerAwayError(problem);
  }
}

const isOfToken = (error: unknown): error is Error =>
  isCryptokiError(error) ||
  [NoTokenError, SignerAwayError, StaleConnectionError].some((kind) => error instanceof kind);

/** What an operator has to mend. */
function settingErrorOf(error: unknown, { token }: Pkcs11Settings): unknown {
  if (error instanceof NoTokenError)
    return new SettingError(`EYRIE_PKCS11_TOKEN is "${token}", but ${error.message}: set it to one of them`);
  if (isCryptokiError(error, ...pinErrors))
    return new SettingError(
      `EYRIE_PKCS11_PIN is refused by the token "${token}" (${error.message}): set the PIN of its user, before the token locks itself`,
    );
  if (isCryptokiError(error))
    return new SettingError(
      `EYRIE_PKCS11_MODULE: the library does not open the token "${token}" (${error.message}): check its own configuration, and that this user may read it`,
    );
  return error;
}
