import { Logger } from '@nestjs/common';
import { RevocationFeed } from '../revocations/revocation-feed.js';
import type { IssuerSettings } from '../settings/issuer-settings.js';
import { VerifierUnavailable } from '../token/token-verifier.js';
import { discover, type IssuerMetadata } from './issuer-metadata.js';
import { KeySet } from './key-set.js';
import { Line } from '../fetch/line.js';
import { RemoteDocument } from '../fetch/remote-document.js';

/** Introspection requests at once, and requests that wait for them. Further ones get 503. */
const maxIntrospections = 32;
const maxWaitingIntrospections = 512;

/** The documents of an issuer: its metadata, its keys and its revocation feed. All verifiers of its tokens share one connection. */
export class IssuerConnection {
  readonly metadata: RemoteDocument<IssuerMetadata>;
  readonly keys: KeySet;
  /** The revocation feed; `undefined` if the service does not follow it. */
  readonly revocations: RevocationFeed | undefined;
  /** The introspection requests under way: anybody can cause one by a token that does not exist. */
  readonly introspections = new Line(maxIntrospections, maxWaitingIntrospections);
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
        for (const listener of this.#withdrawn) listener();
      },
    });
    this.revocations =
      revocations &&
      new RevocationFeed({ ...revocations, location: () => this.#feedLocation(), fetch, now, report });
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
    const { jwksUri, introspectionEndpoint } = await this.metadata.current();
    const onlyIntrospects = this.settings.introspection !== undefined && introspectionEndpoint !== undefined;
    if (jwksUri !== undefined || !onlyIntrospects) await this.keys.prepare();
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
