import type { BearerVerifierSettings } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClientCertificates } from '../proofs/client-certificates.js';
import { DpopNonces } from '../proofs/dpop-nonces.js';
import { proofRules } from '../proofs/dpop-proofs.js';
import { DpopReplays } from '../proofs/dpop-replays.js';
import { profileInForce } from '../protocol/profile.js';
import { InProcessVerifier } from './in-process-verifier.js';

/** How the guard protects Eyrie's own endpoints: by bearer tokens, and by bound tokens with their proofs (RFC 9449 §7). */
@Injectable()
export class GuardSettings {
  constructor(
    private readonly verifier: InProcessVerifier,
    private readonly replays: DpopReplays,
    private readonly nonces: DpopNonces,
    private readonly certificates: ClientCertificates,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  create(): BearerVerifierSettings {
    const { origin, dpopNonce, mtls, profile } = this.settings;
    return {
      verifier: this.verifier,
      realm: 'eyrie',
      now: () => this.clock.now() * 1000,
      // A proof names the public URL, whatever the Host header says.
      origin: mtls?.origin === undefined ? origin : [origin, mtls.origin],
      mtls: (request) => this.certificates.thumbprintOf(request as FastifyRequest),
      dpop: {
        ...proofRules(profileInForce(null, profile)),
        replays: this.replays,
        ...(dpopNonce ? { nonce: this.nonces } : {}),
      },
    };
  }
}
