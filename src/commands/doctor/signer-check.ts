import { Clock } from '../../config/clock.js';
import { type SigningAlgorithm, signingAlgorithms } from '../../keys/jws.js';
import { SignerAwayError } from '../../keys/signers/signer-away.js';
import { Signers } from '../../keys/signers/signers.js';
import type { SigningKey } from '../../persistence/entities/signing-key.entity.js';
import { SigningKeysStore } from '../../persistence/stores/signing-keys.store.js';
import { type Check, error, type Finding, note } from './finding.js';

/** Looks whether the private keys are where they should be, and what a PKCS#11 token can do. A start tries its library and PIN. */
export const checkSigner: Check = async (service) => {
  const signers = service.get(Signers);
  const kept = await service.get(SigningKeysStore).kept(service.get(Clock).now());
  const findings = unsupported(signers);
  for (const key of kept.filter(({ state }) => state !== 'retired')) {
    const finding = (await missing(key, signers)) ?? elsewhere(key, signers);
    if (finding) findings.push(finding);
  }
  return findings;
};

function unsupported({ current }: Signers): Finding[] {
  const algorithms: SigningAlgorithm[] = signingAlgorithms.filter((alg) => !current.supports(alg));
  return algorithms.map((alg) =>
    note('EYRIE_PKCS11_TOKEN', `has no mechanism for ${alg}`, 'clients that ask for it are refused'),
  );
}

async function missing(key: SigningKey, signers: Signers): Promise<Finding | undefined> {
  const about = `key ${key.kid}`;
  try {
    if (await signers.named(key.signer).has(key)) return undefined;
    return error(
      about,
      `is not in the PKCS#11 token (CKA_ID ${key.reference})`,
      `restore the token, or rotate ${key.alg} with \`eyrie keys rotate --alg ${key.alg} --force\` until it no longer signs`,
    );
  } catch (problem) {
    if (!(problem instanceof SignerAwayError)) throw problem;
    return error(
      about,
      `cannot be reached: ${problem.detail}`,
      'see docs/signing-keys.md, "When the token is away"',
    );
  }
}

function elsewhere({ kid, alg, signer, state }: SigningKey, { current }: Signers): Finding | undefined {
  if (signer === current.name || state !== 'active') return undefined;
  return note(
    `key ${kid}`,
    `signs ${alg} tokens with the signer ${signer}, while EYRIE_SIGNER is ${current.name}`,
    'rotate twice, a minute apart, with `eyrie keys rotate`',
  );
}
