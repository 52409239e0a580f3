import type { IssuerVerifier } from './issuer-verifier.js';

/** The issuers that a service trusts. */
export interface IssuerDirectory {
  /** The issuers that are known now. Of issuers that are resolved at run time, these are the ones that were. */
  readonly all: readonly IssuerVerifier[];
  /** Whether they stand in the options, so that the service depends on each of them. */
  readonly areListed: boolean;
  /** Which issuers are trusted, for the log. */
  readonly description: string;

  /** The verifier of an issuer's tokens, if nothing need be waited for. */
  known(issuer: string): IssuerVerifier | undefined;

  /**
   * The verifier of an issuer's tokens.
   *
   * @param issuer the `iss` of a token, not verified yet
   * @returns `undefined` if the issuer is not trusted
   * @throws {VerifierUnavailable} if that is not known
   */
  find(issuer: unknown): Promise<IssuerVerifier | undefined>;

  /** Stops what runs in the background. */
  close(): void;
}

/** Issuers that stand in the options of the service. */
export class ListedIssuers implements IssuerDirectory {
  readonly areListed = true;
  readonly #byName: ReadonlyMap<unknown, IssuerVerifier>;

  constructor(readonly all: readonly IssuerVerifier[]) {
    this.#byName = new Map(all.map((one) => [one.issuer, one]));
  }

  get description(): string {
    const names = this.all.slice(0, 10).map(({ issuer }) => issuer);
    return this.all.length > 10 ? `${names.join(' or ')} or others` : names.join(' or ');
  }

  known(issuer: string): IssuerVerifier | undefined {
    return this.#byName.get(issuer);
  }

  async find(issuer: unknown): Promise<IssuerVerifier | undefined> {
    return this.#byName.get(issuer);
  }

  close(): void {
    for (const { connection } of this.all) connection.close();
  }
}
