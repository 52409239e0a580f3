import { argon2Text } from '../../crypto/password-hashes/argon2.js';
import { isStoredHash } from '../../crypto/password-hashes/hash-kinds.js';
import { pbkdf2Text } from '../../crypto/password-hashes/pbkdf2.js';
import type { RealmCredential } from './realm.js';
import { type Shape, shaped } from './shape.js';

/** The algorithms of Keycloak's password hashes that are PBKDF2, with their digests. */
const digests = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' } as const;
const variants = ['d', 'i', 'id'] as const;

const dataShape: Shape = {
  members: { algorithm: 'text', hashIterations: 'number', additionalParameters: { map: { list: 'text' } } },
};
const secretShape: Shape = { members: { value: 'text', salt: 'text' } };

interface CredentialData {
  readonly algorithm?: string;
  readonly hashIterations?: number;
  /** Of argon2: `memory` in KiB, `parallelism`, `type`, `version`; each a list of one text. */
  readonly additionalParameters?: Readonly<Record<string, readonly string[]>>;
}

/** What a password can be checked against, or why it cannot. */
export type PasswordHash = { readonly hash: string } | { readonly reason: string };

/** The hash of a password credential in the PHC string format. */
export function passwordHashOf({ credentialData, secretData }: RealmCredential): PasswordHash {
  const data = parsed<CredentialData>(credentialData, dataShape);
  const secret = parsed<{ readonly value?: string; readonly salt?: string }>(secretData, secretShape);
  const { algorithm = 'unknown' } = data;
  const text = textOf(data, { hash: secret.value ?? '', salt: secret.salt ?? '' });
  return text !== undefined && isStoredHash(text)
    ? { hash: text }
    : { reason: `has a password hash of the kind ${algorithm}, which cannot be checked here` };
}

function textOf(
  { algorithm, hashIterations = 0, additionalParameters: parameters = {} }: CredentialData,
  secret: { readonly hash: string; readonly salt: string },
): string | undefined {
  const digest = digests[algorithm as keyof typeof digests];
  if (digest !== undefined) return pbkdf2Text({ digest, iterations: hashIterations, ...secret });
  const [first = ''] = parameters.type ?? ['id'];
  const variant = variants.find((candidate) => candidate === first.toLowerCase());
  if (algorithm !== 'argon2' || variant === undefined || (parameters.version?.[0] ?? '1.3') !== '1.3')
    return undefined;
  const number = (name: string): number => Number(parameters[name]?.[0] ?? Number.NaN);
  const [memoryKiB, lanes] = [number('memory'), number('parallelism')];
  // RFC 9106 §3.1
  if (memoryKiB < 8 * lanes) return undefined;
  return argon2Text({ variant, memoryKiB, passes: hashIterations, lanes, ...secret });
}

/** The JSON in a text; nothing if it is none, or of another shape. */
function parsed<Data extends object>(text: string | undefined, shape: Shape): Partial<Data> {
  try {
    return shaped(JSON.parse(text ?? ''), shape) as Partial<Data>;
  } catch {
    return {};
  }
}
