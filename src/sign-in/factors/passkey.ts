import { Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON, VerifiedAuthenticationResponse } from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import { lookupHash } from '../../crypto/opaque-token.js';
import { Clock } from '../../config/clock.js';
import { formParameters } from '../../http/forms.js';
import { Database } from '../../persistence/database.js';
import type { Passkey } from '../../persistence/entities/passkey.entity.js';
import { PasskeysStore } from '../../persistence/stores/passkeys.store.js';
import { Attempts } from '../attempts.js';
import { PasskeyChallenges } from '../passkey-challenges.js';
import { People } from '../people.js';
import type { SignInProgress } from '../sign-in-progress.js';
import type { Factor, FactorOutcome } from './factor.js';
import { message } from '../../locales/message.js';

/** Characters of an assertion: keys and signatures are far shorter. */
const maxAssertionCharacters = 16_384;

const refused = { kind: 'refused', message: message('factor.wrongPasskey') } as const;

/** A public key credential that its owner's device keeps (WebAuthn Level 3). It says by itself whose it is. */
@Injectable()
export class PasskeyFactor implements Factor {
  readonly name = 'passkey';

  constructor(
    private readonly passkeys: PasskeysStore,
    private readonly people: People,
    private readonly challenges: PasskeyChallenges,
    private readonly attempts: Attempts,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async check(request: FastifyRequest, progress: SignInProgress | undefined): Promise<FactorOutcome> {
    const form = formParameters(request);
    const assertion = readAssertion(form.get('passkey') ?? '');
    const passkey = assertion && (await this.passkeys.findByCredential(lookupHash(assertion.id)));
    const person = passkey ? await this.people.find(passkey.userId) : undefined;
    const userId = person?.user.userId;
    const outcome = await this.attempts.make(
      {
        factor: 'passkey',
        // Only the device knows whose an unknown key is: such failures count for the network.
        username: person?.username ?? `passkey ${lookupHash(assertion?.id ?? '')}`,
        userId,
        isFurther: progress !== undefined,
      },
      request,
      async () => {
        const challenge = await this.challenges.use(form.get('challenge') ?? '', request);
        const isTheirs = progress === undefined || userId === progress.user.userId;
        if (!assertion || !passkey || challenge === undefined || !isTheirs) return undefined;
        const verified = await this.verify(assertion, passkey, challenge, progress === undefined);
        return verified && (await this.noteUse(passkey, verified)) ? verified : undefined;
      },
      refused,
    );
    if (outcome.kind !== 'right') return outcome;
    if (!passkey || !person) return refused;
    const key = passkey.backupEligible ? 'swk' : 'hwk';
    const isVerified = outcome.proven.authenticationInfo.userVerified;
    const methods = isVerified ? [key, 'user', 'mfa'] : [key, 'user'];
    return { kind: 'proven', user: person.user, username: person.username, methods };
  }

  /** Verifies an assertion (§7.2). Somebody who begins with a passkey is verified by its device. */
  private async verify(
    assertion: AuthenticationResponseJSON,
    { credentialId, publicKey, counter }: Passkey,
    expectedChallenge: string,
    requireUserVerification: boolean,
  ): Promise<VerifiedAuthenticationResponse | undefined> {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    try {
      const result = await verifyAuthenticationResponse({
        response: assertion,
        expectedChallenge,
        expectedOrigin: this.challenges.origins,
        expectedRPID: this.challenges.rpId,
        requireUserVerification,
        credential: {
          id: credentialId,
          publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
          counter,
        },
      });
      return result.verified ? result : undefined;
    } catch {
      // What does not verify is thrown: another origin, a counter that went back, a damaged signature.
      return undefined;
    }
  }

  private async noteUse(
    { id }: Passkey,
    { authenticationInfo }: VerifiedAuthenticationResponse,
  ): Promise<boolean> {
    return this.database.write((tx) =>
      this.passkeys.use(tx, id, authenticationInfo.newCounter, this.clock.now()),
    );
  }
}

/** AuthenticationResponseJSON (§5.1), as far as its shape goes; undefined if it has another. */
function readAssertion(text: string): AuthenticationResponseJSON | undefined {
  if (text.length === 0 || text.length > maxAssertionCharacters) return undefined;
  try {
    const parsed = JSON.parse(text) as Partial<AuthenticationResponseJSON> | null;
    return typeof parsed?.id === 'string' && typeof parsed.response === 'object'
      ? (parsed as AuthenticationResponseJSON)
      : undefined;
  } catch {
    return undefined;
  }
}
