import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { ResourceRegistration } from '../resource/resource-registration.js';
import { withIdentifier } from '../resource/resource-rules.js';
import { actor, type Outcome } from './applied-item.js';
import type { Configuration } from './configuration-file.js';

/** Applies a resource of the file. The check of the file has made sure that its scopes are free. */
@Injectable()
export class ApplyResource {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly registration: ResourceRegistration,
  ) {}

  async apply(resource: Configuration['resources'][number]): Promise<Outcome> {
    const {
      identifier,
      name,
      scopes,
      translations,
      access_token_typ: typ,
      access_token_signing_alg: alg,
    } = resource;
    const present = withIdentifier(await this.resources.all(), identifier);
    const isUnchanged =
      present?.name === name &&
      isDeepStrictEqual(present.scopes, { ...scopes }) &&
      (translations === undefined ||
        isDeepStrictEqual(present.translations ?? {}, structuredClone(translations))) &&
      (typ ?? present.accessTokenTyp) === present.accessTokenTyp &&
      (alg ?? present.accessTokenSigningAlg) === present.accessTokenSigningAlg;
    if (isUnchanged) return 'unchanged';
    return this.registration.write(resource, actor);
  }
}
