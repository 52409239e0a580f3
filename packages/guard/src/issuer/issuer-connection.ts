import { Logger } from '@nestjs/common';
import { RevocationFeed } from '../revocations/revocation-feed.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { VerifierUnavailable } from '../token/token-verifier.js';
import { discover, type IssuerMetadata } from './issuer-metadata.js';
import { KeySet } from './key-set.js';
import { RemoteDocument } from '../fetch/remote-document.js';

/** What is known of an issuer by asking it: its metadata, its keys, and what it revokes. All that verify its tokens share one. */
export class IssuerConnection {
  readonly metadata: RemoteDocument<IssuerMetadata>;
  readonly keys: KeySet;
  /** Where the service follows it. */
  readonly revocations: RevocationFeed | undefined;
  readonly #withdrawn: (() => void)[] = [];

  constructor(readonly settings: IssuerSettings) {
    const { issuer, fetch, now, keys, revocations } = settings;
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
    this.revocations =
      revocations &&
      new RevocationFeed({ ...revocations, location: () => this.#feedLocation(), fetch, now, report });
  }

  /** Tells a verifier when a key has gone: what it signed is not to be believed any longer. */
  onKeysWithdrawn(forget: () => void): void {
    this.#withdrawn.push(forget);
  }

  /**
   * Has at hand what the first token will need.
   *
   * @throws {VerifierUnavailable} when the issuer is away and what was fetched before is too old, or its revocation
   * feed is lost and the policy is not to go on
   */
  async prepare(): Promise<void> {
    await this.checkRevocations();
    const { jwksUri, introspectionEndpoint } = await this.metadata.current();
    const onlyAsks = this.settings.introspection !== undefined && introspectionEndpoint !== undefined;
    if (jwksUri !== undefined || !onlyAsks) await this.keys.prepare();
  }

  /** Whether nothing need be waited for that {@link checkRevocations} waits for. */
  get knowsRevocations(): boolean {
    return this.revocations === undefined || (this.revocations.wasTried && !this.revocations.refuses);
  }

  /**
   * Follows the revocation feed from the first call on.
   *
   * @throws {VerifierUnavailable} when it is lost and the policy is not to go on
   */
  async checkRevocations(): Promise<void> {
    if (this.revocations === undefined) return;
    await this.revocations.start();
    if (this.revocations.refuses) throw new VerifierUnavailable('The revocation feed is lost');
  }

  /** Follows nothing any longer. */
  close(): void {
    this.revocations?.stop();
  }

  async #feedLocation(): Promise<string> {
    const { revocationFeedEndpoint } = await this.metadata.current();
    if (revocationFeedEndpoint === undefined) {
      throw new Error('The metadata of the issuer names no revocation_feed_endpoint');
    }
    return revocationFeedEndpoint;
  }

  async #keyLocation(): Promise<string> {
    const { jwksUri } = await this.metadata.current();
    if (jwksUri === undefined) throw new Error('The metadata of the issuer names no jwks_uri');
    return jwksUri;
  }
}
