import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { KeyRing } from '../keys/key-ring.js';
import { withDefaults } from '../protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { ClientRules } from './client-rules.js';
import { refuseProblems } from './invalid-metadata.js';

/** Decides whether a client may have the metadata that is given for it, and makes the keys that it asks for. */
@Injectable()
export class MetadataAdmission {
  constructor(
    private readonly rules: ClientRules,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The metadata with its defaults.
   * @param present the client's present metadata, if it is registered
   * @throws BadRequestException naming each invalid field
   */
  async admit(given: Partial<ClientMetadata>, present?: ClientMetadata): Promise<ClientMetadata> {
    const metadata = withDefaults(given, this.settings.profile);
    refuseProblems(this.rules.problems(metadata));
    refuseProblems(await this.rules.fetchedProblems(metadata, present));
    await this.keyRing.provide(signedWith(metadata));
    return metadata;
  }
}

/** The algorithms with which the client has tokens and responses signed. */
const signedWith = (metadata: ClientMetadata): SigningAlgorithm[] =>
  [
    metadata.id_token_signed_response_alg,
    metadata.authorization_signed_response_alg,
    metadata.introspection_signed_response_alg,
    metadata.userinfo_signed_response_alg,
  ].filter((alg): alg is SigningAlgorithm => alg !== undefined && alg !== null);
