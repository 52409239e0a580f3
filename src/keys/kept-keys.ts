import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { fingerprint } from '../crypto/derived-keys.js';
import { type SecretName, Secrets } from '../crypto/secrets.js';
import { KeptKeysStore } from '../persistence/stores/kept-keys.store.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { WrongSecretError } from './wrong-secret.js';

const subjectName = 'pairwise-subject';
const clientSecretPrefix = 'client-secret:';

/** Keys that were derived from a secret of the service and outlast it: pairwise subjects and the hashes of client secrets depend on them. */
@Injectable()
export class KeptKeys {
  constructor(
    private readonly store: KeptKeysStore,
    private readonly signingKeys: SigningKeysStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Has the service use the kept keys. The first start keeps the key of pairwise subjects.
   * @throws SettingError if the secrets of the service do not open them
   */
  async load(): Promise<void> {
    let kept = await this.store.all();
    if (!kept.some(({ name }) => name === subjectName)) {
      const keys = this.secrets.lastingKeysOf(await this.original());
      if (keys) await this.keep(subjectName, keys.subject);
      kept = await this.store.all();
    }
    let subject: Uint8Array | undefined;
    const clientSecrets: Uint8Array[] = [];
    for (const { name, keySealed } of kept) {
      const key = await this.secrets.unseal('kept-key', keySealed);
      if (typeof key !== 'string') throw new WrongSecretError(this.secrets, 'the keys');
      const bytes = new Uint8Array(Buffer.from(key, 'base64url'));
      if (name === subjectName) subject = bytes;
      else if (name.startsWith(clientSecretPrefix)) clientSecrets.push(bytes);
    }
    if (subject) this.secrets.adopt({ subject, clientSecrets });
  }

  /** Keeps the key that hashed client secrets under `EYRIE_SECRET_PREVIOUS`, so that they verify without it. */
  async keepPrevious(): Promise<void> {
    const keys = this.secrets.lastingKeysOf('previous');
    if (keys) await this.keep(clientSecretPrefix + fingerprint(keys.clientSecret), keys.clientSecret);
  }

  private async keep(name: string, key: Uint8Array): Promise<void> {
    await this.store.insertIfAbsent({
      name,
      keySealed: await this.secrets.seal('kept-key', Buffer.from(key).toString('base64url')),
      createdAt: this.clock.now(),
    });
  }

  /** The secret with which this database began: the oldest signing key is sealed with it. */
  private async original(): Promise<SecretName> {
    const [oldest] = await this.signingKeys.kept(this.clock.now());
    const opened = oldest && (await this.secrets.open('signing-key', oldest.privateJwkSealed));
    return opened?.by ?? 'current';
  }
}
