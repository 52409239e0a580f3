import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SettingError } from '../../config/setting-error.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Secrets } from '../../crypto/secrets.js';
import type { SignerName } from '../../persistence/entities/signing-key.entity.js';
import type { SigningAlgorithm } from '../jws.js';
import { LocalSigner } from './local.js';
import { Pkcs11Signer } from './pkcs11.js';
import type { SignerKind } from './signer-kind.js';

/** The kinds of signers. New keys are made by the one that `EYRIE_SIGNER` names; those that there are stay where they are. */
@Injectable()
export class Signers implements OnApplicationShutdown {
  private readonly kinds: readonly SignerKind[];
  /** Makes new keys. */
  readonly current: SignerKind;

  constructor(
    secrets: Secrets,
    clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.kinds = [new LocalSigner(secrets), new Pkcs11Signer(settings.signer.pkcs11, clock)];
    this.current = this.named(settings.signer.kind);
  }

  /**
   * Makes sure that new keys can be made.
   * @param needed algorithms that every server signs with
   * @throws SettingError
   */
  async start(needed: readonly SigningAlgorithm[]): Promise<void> {
    await this.current.start();
    const missing = needed.find((alg) => !this.current.supports(alg));
    if (missing === undefined) return;
    await this.current.close();
    throw new SettingError(
      `EYRIE_PKCS11_TOKEN is "${this.settings.signer.pkcs11?.token}", which has no mechanism for ${missing}: use a token that has, or set EYRIE_SIGNER to local`,
    );
  }

  named(name: SignerName): SignerKind {
    const kind = this.kinds.find((one) => one.name === name);
    if (!kind) throw new SettingError(`there is no signer "${name}": a later release has made a key with it`);
    return kind;
  }

  /** Those that cannot sign at present, with the reason. */
  problems(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.kinds.flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem]])),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    for (const kind of this.kinds) await kind.close();
  }
}
