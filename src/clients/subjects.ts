import { Injectable } from '@nestjs/common';
import { Secrets } from '../crypto/secrets.js';
import type { RegisteredClient } from './registered-client.js';

/** Subject identifiers of users, for clients and the resources that they call (OIDC Core §8). */
@Injectable()
export class Subjects {
  constructor(private readonly secrets: Secrets) {}

  /** The user's id or, for a client with pairwise subjects, an identifier that other sectors can neither compare nor trace back. */
  subjectFor(client: RegisteredClient, userId: string): string {
    return this.pairwise(client, userId) ?? userId;
  }

  /** The pairwise subject; null for a client with public subjects. */
  pairwise({ sector }: RegisteredClient, userId: string): string | null {
    return sector === null ? null : this.secrets.pairwiseSubject(sector, userId);
  }
}
