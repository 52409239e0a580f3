import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Outbound } from '../http/outbound.js';
import { type ClientMetadata, type MetadataProblem, metadataProblems } from '../protocol/client-metadata.js';

/** The fields whose URLs the server fetches itself. */
const fetched = ['jwks_uri'] as const satisfies readonly (keyof ClientMetadata)[];

/** What may be registered of a client, whoever registers it: the admin API, the configuration file, the command line, itself. */
@Injectable()
export class ClientRules {
  constructor(
    private readonly outbound: Outbound,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Everything that is wrong between and with the fields; nothing is fetched. */
  problems(metadata: ClientMetadata): MetadataProblem[] {
    const unreachable = fetched.flatMap((field) => {
      const url = metadata[field];
      const reason = url ? this.outbound.problem(url) : undefined;
      return reason === undefined ? [] : [{ field, reason }];
    });
    const switchedOff = metadata.response_types
      .filter((type) => !this.settings.responseTypes.includes(type))
      .map((type) => ({
        field: 'response_types',
        reason: `holds "${type}", which EYRIE_RESPONSE_TYPES does not turn on`,
      }));
    return [...metadataProblems(metadata), ...unreachable, ...switchedOff];
  }
}
