import { Injectable } from '@nestjs/common';
import { Secrets } from '../crypto/secrets.js';
import type { RegisteredClient } from './registered-client.js';

/** Subject identifiers: what clients and the resources they call know users by (OIDC Core §8). */
@Injectable()
export class Subjects {
  constructor(private readonly secrets: Secrets) {}

  /** The user's id or, for a client with pairwise subjects, one that other sectors can neither compare nor trace back. */
  subjectFor(client: RegisteredClient, userId: string): string {
    return this.pairwise(client, userId) ?? userId;
  }

  /** Null for a client with public subjects. */
  pairwise({ sector }: RegisteredClient, userId: string): string | null {
    return sector === null ? null : this.secrets.pairwiseSubject(sector, userId);
  }
}
