import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../persistence/database.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { Sweeper, type SweepPass } from '../persistence/sweeper.js';
import { KeyMaker } from './key-maker.js';

/** More keys than these are removed by the next sweeps. */
const batchSize = 50;

/** Removes keys whose time is over: the private key where it is, and then its row. Rows of keys in a token that is away stay until it is back. */
@Injectable()
export class KeyRemoval implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly keys: SigningKeysStore,
    private readonly maker: KeyMaker,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.sweeper.beforeSweeping((pass) => this.remove(pass));
  }

  private async remove(pass: SweepPass): Promise<void> {
    for (const key of await this.keys.over(pass.now, batchSize)) {
      if (pass.isOver()) return;
      if (await this.maker.destroy(key)) await this.database.write((tx) => this.keys.delete(tx, key.kid));
    }
  }
}
