import { Logger } from '@nestjs/common';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { discover, type IssuerMetadata } from './issuer-metadata.js';
import { KeySet } from './key-set.js';
import { RemoteDocument } from './remote-document.js';

/** What is known of an issuer by asking it: its metadata and its keys. All that verify its tokens share one. */
export class IssuerConnection {
  readonly metadata: RemoteDocument<IssuerMetadata>;
  readonly keys: KeySet;
  readonly #withdrawn: (() => void)[] = [];

  constructor(readonly settings: IssuerSettings) {
    const { issuer, fetch, now, keys } = settings;
    const log = new Logger('BearerModule');
    const report = (message: string): void => log.warn(`${message} (${issuer})`);
    this.metadata = new RemoteDocument({
      ...keys,
      name: 'The metadata of the issuer',
      load: () => discover(issuer, fetch),
      now,
      report,
    });
    this.keys = new KeySet({
      ...keys,
      location: () => this.#keyLocation(),
      fetch,
      now,
      report,
      withdrawn: () => {
        for (const forget of this.#withdrawn) forget();
      },
    });
  }

  /** Tells a verifier when a key has gone: what it signed is not to be believed any longer. */
  onKeysWithdrawn(forget: () => void): void {
    this.#withdrawn.push(forget);
  }

  /**
   * Has at hand what the first token will need.
   *
   * @throws {VerifierUnavailable} when the issuer is away and what was fetched before is too old
   */
  async prepare(): Promise<void> {
    const { jwksUri, introspectionEndpoint } = await this.metadata.current();
    const onlyAsks = this.settings.introspection !== undefined && introspectionEndpoint !== undefined;
    if (jwksUri !== undefined || !onlyAsks) await this.keys.prepare();
  }

  async #keyLocation(): Promise<string> {
    const { jwksUri } = await this.metadata.current();
    if (jwksUri === undefined) throw new Error('The metadata of the issuer names no jwks_uri');
    return jwksUri;
  }
}
