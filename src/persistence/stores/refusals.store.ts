import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { Database } from '../database.js';
import { Client } from '../entities/client.entity.js';
import { Refusal } from '../entities/refusal.entity.js';

@Injectable()
export class RefusalsStore {
  constructor(private readonly database: Database) {}

  /** Keeps explained errors. A client_id that does not exist is left out, since an anonymous caller may put anything in its place. */
  async keep(refusals: readonly Refusal[]): Promise<void> {
    const named = refusals.flatMap(({ clientId }) => clientId ?? []);
    const clients = await this.database.read.find(Client, {
      select: { clientId: true },
      where: { clientId: In(named) },
    });
    const known = new Set(clients.map(({ clientId }) => clientId));
    const rows = refusals.map((refusal) =>
      refusal.clientId !== null && known.has(refusal.clientId)
        ? refusal
        : Object.assign(new Refusal(), refusal, { clientId: null }),
    );
    await this.database.write((tx) => tx.insert(Refusal, rows));
  }

  async find(reference: string, now: number): Promise<Refusal | null> {
    return this.database.read.findOneBy(Refusal, { reference, expiresAt: MoreThan(now) });
  }
}
