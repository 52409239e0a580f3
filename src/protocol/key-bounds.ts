import type { KeyObject } from 'node:crypto';

/** RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used". What a signature costs to verify grows with the key. */
const minModulusBits = 2_048;
const maxModulusBits = 4_096;
/** Keys made in earnest have the exponent 65537. */
const minExponent = 3n;
const maxExponent = 2n ** 32n;
/** The curves of RFC 7518 §6.2.1.1, as OpenSSL names them. */
const curves: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1'];
/** The key types of RFC 8037 §2. */
const octetKeyTypes: readonly unknown[] = ['ed25519', 'ed448', 'x25519', 'x448'];

/** Why a public key of somebody else is not used, as what its owner `holds`; undefined if its size and curve are within bounds. */
export function keyBoundsProblem({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details = {},
}: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = details;
  if (type === 'rsa' || type === 'rsa-pss') {
    if (modulusLength < minModulusBits || modulusLength > maxModulusBits)
      return `an RSA key that does not have ${minModulusBits} to ${maxModulusBits} bits`;
    return publicExponent < minExponent || publicExponent > maxExponent
      ? 'an RSA key with an unusual exponent'
      : undefined;
  }
  const isKnown = type === 'ec' ? curves.includes(namedCurve) : octetKeyTypes.includes(type);
  return isKnown ? undefined : 'a key of an unknown type or curve';
}
