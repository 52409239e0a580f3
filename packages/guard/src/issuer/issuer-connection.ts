import { Logger } from '@nestjs/common';
import { RemoteDocument } from '../fetch/remote-document.js';
import { RevocationFeed } from '../revocations/revocation-feed.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { traced } from '../telemetry/tracing.js';
import { VerifierUnavailable } from '../token/token-verifier.js';
import { Introspector } from './introspector.js';
import { discover, type IssuerMetadata } from './issuer-metadata.js';
import { fetchKeys, FixedKeys, type IssuerKeys, KeySet } from './key-set.js';

const NO_INTROSPECTION = 'The metadata of the issuer has no introspection_endpoint';

/** The documents of an issuer: its metadata, its keys and its revocation feed. All verifiers of its tokens share one connection. */
export class IssuerConnection {
  readonly metadata: RemoteDocument<IssuerMetadata>;
  readonly keys: IssuerKeys;
  /** The revocation feed; `undefined` if the service does not follow it. */
  readonly revocations: RevocationFeed | undefined;
  readonly introspector: Introspector;
  readonly #withdrawn: (() => void)[] = [];

  constructor(readonly settings: IssuerSettings) {
    const { issuer, fetch, elapsed, revocations, observer } = settings;
    const log = new Logger('BearerModule');
    const report = (message: string): void => log.warn(`${message} (${issuer})`);
    this.metadata = new RemoteDocument({
      ...settings.keys,
      name: 'The metadata of the issuer',
      load: async () => {
        const metadata = await this.#observed('metadata', () => discover(settings));
        if (this.#lacksIntrospection(metadata)) report(`${NO_INTROSPECTION}, so opaque tokens get 503`);
        return metadata;
      },
      elapsed,
      report,
    });
    this.keys = this.#keys(report);
    this.introspector = new Introspector({
      location: () => this.#introspectionEndpoint(),
      elapsed,
      report,
      observer,
    });
    this.revocations =
      revocations &&
      new RevocationFeed({ ...revocations, location: () => this.#feedLocation(), fetch, elapsed, report });
  }

  /** Calls a verifier when the issuer has withdrawn a key, so that it verifies its tokens again. */
  onKeysWithdrawn(listener: () => void): void {
    this.#withdrawn.push(listener);
  }

  /**
   * Fetches what the verification of a token needs.
   *
   * @throws {VerifierUnavailable} if the issuer cannot be reached and its cached documents are too old, or if its revocation feed is
   * lost and `onLoss` is `refuse`
   */
  async prepare(): Promise<void> {
    await this.checkRevocations();
    const publishesKeys = await this.publishesKeys();
    if (this.settings.introspection !== undefined) await this.#introspectionEndpoint();
    if (publishesKeys || this.settings.introspection === undefined) await this.keys.prepare();
  }

  /**
   * Checks that opaque tokens can be introspected, if they are to be.
   *
   * @throws {VerifierUnavailable} if they cannot
   */
  async checkIntrospection(): Promise<void> {
    const { introspection: credentials } = this.settings;
    if (credentials !== undefined) await this.introspector.check({ ...this.settings, credentials });
  }

  /**
   * Whether the issuer has keys at all. If not, its signed tokens are introspected.
   *
   * @throws {VerifierUnavailable} if that is not known
   */
  async publishesKeys(): Promise<boolean> {
    const { uri, published } = this.settings.keys;
    return (
      uri !== undefined || published !== undefined || (await this.metadata.current()).jwksUri !== undefined
    );
  }

  /** Whether {@link checkRevocations} would return at once. */
  get knowsRevocations(): boolean {
    return this.revocations === undefined || (this.revocations.wasTried && !this.revocations.refuses);
  }

  /**
   * Starts to follow the revocation feed at the first call, and waits for its first response.
   *
   * @throws {VerifierUnavailable} if the feed is lost and `onLoss` is `refuse`
   */
  async checkRevocations(): Promise<void> {
    if (this.revocations === undefined) return;
    await this.revocations.start();
    if (this.revocations.refuses) throw new VerifierUnavailable('The revocation feed is lost');
  }

  /** Stops following the revocation feed. */
  close(): void {
    this.revocations?.stop();
  }

  #keys(report: (message: string) => void): IssuerKeys {
    const { keys, elapsed, fetch } = this.settings;
    if (keys.published !== undefined) return new FixedKeys({ keys: keys.published });
    return new KeySet({
      ...keys,
      load: async () => {
        const url = keys.uri ?? (await this.#keyLocation());
        return this.#observed('keys', () => fetchKeys(url, fetch));
      },
      elapsed,
      report,
      withdrawn: () => {
        for (const listener of this.#withdrawn) listener();
      },
    });
  }

  async #observed<T>(document: 'metadata' | 'keys', fetched: () => Promise<T>): Promise<T> {
    const { observer } = this.settings;
    try {
      const value = await traced(`fetch issuer ${document}`, fetched);
      observer?.called(document, 'ok');
      return value;
    } catch (error) {
      observer?.called(document, 'failed');
      throw error;
    }
  }

  async #introspectionEndpoint(): Promise<string> {
    const known = this.settings.introspection?.endpoint;
    if (known !== undefined) return known;
    const { introspectionEndpoint } = await this.metadata.current();
    if (introspectionEndpoint === undefined) throw new VerifierUnavailable(NO_INTROSPECTION, 30);
    return introspectionEndpoint;
  }

  #lacksIntrospection({ introspectionEndpoint }: IssuerMetadata): boolean {
    const { introspection } = this.settings;
    return introspection !== undefined && (introspection.endpoint ?? introspectionEndpoint) === undefined;
  }

  async #feedLocation(): Promise<string> {
    const { revocationFeedEndpoint } = await this.metadata.current();
    if (revocationFeedEndpoint === undefined) {
      throw new Error('The metadata of the issuer has no eyrie_revocation_feed_endpoint');
    }
    return revocationFeedEndpoint;
  }

  async #keyLocation(): Promise<string> {
    const { jwksUri } = await this.metadata.current();
    if (jwksUri === undefined) throw new Error('The metadata of the issuer has no jwks_uri');
    return jwksUri;
  }
}
