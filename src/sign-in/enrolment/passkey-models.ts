import { X509Certificate } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { isIssuedBy, isValidAt, readAuthorities } from '../../crypto/certificates.js';

/** Certificates of an attestation. */
const maxChainLength = 8;

/** What a new passkey says about the authenticator that made it. */
export interface Attested {
  /** The identifier of the model; zeros if the authenticator does not say it. */
  readonly aaguid: string;
  /** The attestation object (WebAuthn Level 3 §6.5.4). Its statement has been verified: it was signed with the key of its first certificate. */
  readonly attestationObject: Uint8Array;
}

/** Decides whether the model of a new passkey is allowed. */
@Injectable()
export class PasskeyModels {
  private readonly allowed: ReadonlySet<string>;
  private readonly roots: readonly X509Certificate[] | undefined;

  constructor(
    @Inject(SETTINGS) { passkeys: { models, roots } }: Settings,
    private readonly clock: Clock,
  ) {
    this.allowed = new Set(models);
    this.roots = roots === undefined ? undefined : readAuthorities('EYRIE_PASSKEY_ROOTS', roots);
  }

  /** What browsers are asked for (§5.4.7). */
  get attestation(): 'none' | 'direct' {
    return this.allowed.size === 0 ? 'none' : 'direct';
  }

  /**
   * Whether a passkey may be set up: if models are listed, its model is one of them; if roots are, one of them vouches for that, through
   * the certificates of the attestation (§7.1, step 24). Whether a certificate was revoked is not looked up.
   */
  async admit({ aaguid, attestationObject }: Attested): Promise<boolean> {
    if (this.allowed.size === 0) return true;
    if (!this.allowed.has(aaguid)) return false;
    return !this.roots || this.leadsToRoot(await chainOf(attestationObject), this.roots);
  }

  private leadsToRoot(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): boolean {
    const now = this.clock.now();
    for (const [index, certificate] of chain.entries()) {
      if (!isValidAt(certificate, now) || (index > 0 && !certificate.ca)) return false;
      if (roots.some((root) => isValidAt(root, now) && isIssuedBy(certificate, root))) return true;
      const next = chain[index + 1];
      if (!next || !isIssuedBy(certificate, next)) return false;
    }
    return false;
  }
}

/** The certificates of an attestation, that of the authenticator first; none if it has no such certificates, or damaged ones. */
async function chainOf(attestationObject: Uint8Array): Promise<X509Certificate[]> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const statement = decodeAttestationObject(new Uint8Array(attestationObject)).get('attStmt');
  const certificates = statement.get('x5c') ?? [];
  if (certificates.length > maxChainLength) return [];
  try {
    return certificates.map((certificate) => new X509Certificate(certificate));
  } catch {
    return [];
  }
}

/**
 * The library that verifies new passkeys, loaded when somebody makes one. It trusts some roots of its own, and would fetch what
 * certificates below them name. Who is trusted is decided here.
 */
export async function loadRegistration(): Promise<typeof import('@simplewebauthn/server')> {
  const library = await import('@simplewebauthn/server');
  for (const identifier of ['android-key', 'android-safetynet', 'apple'] as const)
    library.SettingsService.setRootCertificates({ identifier, certificates: [] });
  return library;
}
