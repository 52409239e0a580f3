import { Injectable } from '@nestjs/common';
import { Outbound } from '../http/outbound.js';
import { type ClientMetadata, metadataProblems } from '../protocol/client-metadata.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';

/** The fields whose URLs the server fetches itself. */
const fetched = ['jwks_uri'] as const satisfies readonly (keyof ClientMetadata)[];

/** What may be registered of a client, whoever registers it: the admin API, the configuration file, the command line, itself. */
@Injectable()
export class ClientRules {
  constructor(private readonly outbound: Outbound) {}

  /** Everything that is wrong between and with the fields; nothing is fetched. */
  problems(metadata: ClientMetadata): MetadataProblem[] {
    const unreachable = fetched.flatMap((field) => {
      const url = metadata[field];
      const reason = url ? this.outbound.problem(url) : undefined;
      return reason === undefined ? [] : [{ field, reason }];
    });
    return [...metadataProblems(metadata), ...unreachable];
  }
}
