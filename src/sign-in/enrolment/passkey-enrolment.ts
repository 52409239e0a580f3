import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RegistrationResponseJSON, VerifiedRegistrationResponse } from '@simplewebauthn/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { formParameters } from '../../http/forms.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import { newId } from '../../persistence/id.js';
import { PasskeysStore } from '../../persistence/stores/passkeys.store.js';
import type { ProvenUser } from '../../sessions/sessions.js';
import { PasskeyChallenges } from '../passkey-challenges.js';
import type { Enrolled, EnrollingUser, Enrolment } from './enrolment.js';
import { FactorAdditions } from './factor-additions.js';
import { loadRegistration, PasskeyModels } from './passkey-models.js';
import { message } from '../../locales/message.js';

/** Passkeys of one user. */
const maxPasskeys = 20;
const maxNameCharacters = 64;
/** Characters of an answer: with an attestation and its certificates it is shorter. */
const maxResponseCharacters = 65_536;

const refused = { kind: 'refused', message: message('setUp.passkeyRefused') } as const;

/** What the page of a new passkey shows. */
export interface NewPasskey {
  readonly options: string;
  readonly challenge: string;
  readonly scriptNonce: string;
}

/** Registers passkeys (WebAuthn Level 3 §7.1). */
@Injectable()
export class PasskeyEnrolment implements Enrolment<'passkey-setup'> {
  readonly name = 'passkey';
  readonly page = 'passkey-setup';
  private readonly serviceName: string;

  constructor(
    private readonly passkeys: PasskeysStore,
    private readonly additions: FactorAdditions,
    private readonly challenges: PasskeyChallenges,
    private readonly models: PasskeyModels,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.serviceName = settings.brand.name ?? new URL(settings.issuer).host;
  }

  /** What the browser is asked to make: a key of its own for this user, which says whose it is. */
  async begin(
    { userId, username }: EnrollingUser,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<NewPasskey> {
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    const { challenge, sealed } = await this.challenges.create(request, reply);
    const known = await this.passkeys.of(userId);
    const options = await generateRegistrationOptions({
      rpName: this.serviceName,
      rpID: this.challenges.rpId,
      userID: new TextEncoder().encode(userId),
      userName: username,
      challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
      attestationType: this.models.attestation,
      // "used to ensure that the new credential is not created on an authenticator that already contains a credential" (§5.4)
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    });
    return {
      options: JSON.stringify(options),
      challenge: sealed,
      scriptNonce: randomBytes(16).toString('base64url'),
    };
  }

  /** Stores the key that the browser has made. It counts as a proof. */
  async confirm(
    { userId, credentialsVersion }: ProvenUser,
    actor: Originator,
    request: FastifyRequest,
  ): Promise<Enrolled> {
    const form = formParameters(request);
    const challenge = await this.challenges.use(form.get('challenge') ?? '', request);
    const verified =
      challenge === undefined ? undefined : await this.verify(form.get('passkey') ?? '', challenge);
    if (!verified?.verified) return refused;
    const { credential, aaguid, credentialDeviceType, userVerified } = verified.registrationInfo;
    if (!(await this.models.admit(verified.registrationInfo)))
      return { kind: 'refused', message: message('setUp.passkeyModel') };
    const known = await this.passkeys.of(userId);
    if (known.length >= maxPasskeys)
      return { kind: 'refused', message: message('setUp.tooManyPasskeys', { number: maxPasskeys }) };
    const backupEligible = credentialDeviceType === 'multiDevice';
    try {
      const codes = await this.additions.add(this.name, { userId, credentialsVersion }, actor, (tx, now) =>
        this.passkeys.insert(tx, {
          id: newId(),
          userId,
          credentialHash: lookupHash(credential.id),
          credentialId: credential.id,
          publicKey: Buffer.from(credential.publicKey).toString('base64url'),
          counter: credential.counter,
          transports: [...(credential.transports ?? [])],
          backupEligible,
          aaguid,
          name: passkeyName(form.get('name') ?? ''),
          createdAt: now,
          lastUsedAt: null,
        }),
      );
      if (!codes) return { kind: 'outdated' };
      const key = backupEligible ? 'swk' : 'hwk';
      return {
        kind: 'enrolled',
        user: { userId, credentialsVersion: credentialsVersion + 1 },
        methods: userVerified ? [key, 'user', 'mfa'] : [key, 'user'],
        codes,
      };
    } catch (error) {
      if (error instanceof DuplicateError) return refused;
      throw error;
    }
  }

  private async verify(
    text: string,
    expectedChallenge: string,
  ): Promise<VerifiedRegistrationResponse | undefined> {
    if (text.length > maxResponseCharacters) return undefined;
    const { verifyRegistrationResponse } = await loadRegistration();
    try {
      return await verifyRegistrationResponse({
        response: JSON.parse(text) as RegistrationResponseJSON,
        expectedChallenge,
        expectedOrigin: this.challenges.origins,
        expectedRPID: this.challenges.rpId,
        requireUserVerification: false,
      });
    } catch {
      // What does not verify is thrown: another origin, another challenge, a damaged answer.
      return undefined;
    }
  }
}

/** The name that its owner gives a passkey, as it is stored; empty if there is none. */
export function passkeyName(typed: string): string {
  const name = typed
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return Array.from(name).slice(0, maxNameCharacters).join('');
}
