import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { KeyRing } from '../keys/key-ring.js';
import { withDefaults } from '../protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';
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
    refuseProblems(this.signingProblems(metadata));
    await this.keyRing.provide(signedWith(metadata).map(({ alg }) => alg));
    return metadata;
  }

  private signingProblems(metadata: ClientMetadata): MetadataProblem[] {
    const { offered } = this.keyRing;
    return signedWith(metadata)
      .filter(({ alg }) => !offered.includes(alg))
      .map(({ field, alg }) => ({
        field,
        reason: `is ${alg}, which the signing keys of this server cannot be made for`,
      }));
  }
}

const members = [
  'id_token_signed_response_alg',
  'authorization_signed_response_alg',
  'introspection_signed_response_alg',
  'userinfo_signed_response_alg',
] as const;

/** The algorithms with which the client has tokens and responses signed. */
function signedWith(metadata: ClientMetadata): { field: string; alg: SigningAlgorithm }[] {
  return members.flatMap((field) => {
    const alg = metadata[field] as SigningAlgorithm | null | undefined;
    return alg === null || alg === undefined ? [] : [{ field, alg }];
  });
}
