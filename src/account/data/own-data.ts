import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { AccessData } from './access-data.js';
import { AccountData } from './account-data.js';
import { type DataSection, timeOf } from './data-section.js';
import { DirectoryData } from './directory-data.js';
import { HistoryData } from './history-data.js';

/** Everything that is stored about a person, as one JSON document. */
@Injectable()
export class OwnData {
  readonly sections: readonly DataSection[];

  constructor(
    account: AccountData,
    directory: DirectoryData,
    access: AccessData,
    history: HistoryData,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.sections = [account, directory, access, history].flatMap(({ sections }) => sections);
  }

  /** The document, which is read from the database while it is sent. Records that it was asked for. */
  async download(userId: string, actor: Originator): Promise<Readable> {
    await this.changes.note({ event: 'user.data_downloaded', actor, userId });
    return Readable.from(this.document(userId));
  }

  private async *document(userId: string): AsyncGenerator<string> {
    const head = { service: this.settings.issuer, downloaded_at: timeOf(this.clock.now()) };
    yield JSON.stringify(head, undefined, 1).slice(0, -2);
    for (const section of this.sections) {
      yield `,\n ${JSON.stringify(section.name)}: `;
      const content = section.read(userId);
      if (content instanceof Promise) yield JSON.stringify(await content, undefined, 1);
      else yield* listOf(content);
    }
    yield '\n}\n';
  }
}

async function* listOf(items: AsyncIterable<object>): AsyncGenerator<string> {
  let separator = '';
  yield '[';
  for await (const item of items) {
    yield `${separator}\n${JSON.stringify(item, undefined, 1)}`;
    separator = ',';
  }
  yield ']';
}
