import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Apply } from './apply.js';
import type { AppliedItem } from './configured-kind.js';
import { BuiltInClients } from './built-in-clients.js';
import { FirstAdministrator, type FirstAdministratorAccount } from './first-administrator.js';

/** The work before the first request is accepted. */
@Injectable()
export class StartUp {
  constructor(
    private readonly apply: Apply,
    private readonly builtInClients: BuiltInClients,
    private readonly firstAdministrator: FirstAdministrator,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Registers the built-in clients, creates the first administrator, and applies the file or folder of `EYRIE_APPLY`.
   * @throws ConfigurationError before anything is written
   */
  async run(): Promise<{ administrator?: FirstAdministratorAccount; applied: AppliedItem[] }> {
    const file = this.settings.applyFile;
    const configuration = file === undefined ? undefined : await this.apply.check([file]);
    await this.builtInClients.ensure();
    // A file with administrators of its own makes the generated one unnecessary.
    const bringsAdministrator = configuration?.users.some((user) => user.administrator) ?? false;
    const administrator = bringsAdministrator ? undefined : await this.firstAdministrator.createIfNobody();
    const applied = file === undefined ? [] : await this.apply.apply([file]);
    return { administrator, applied };
  }
}
