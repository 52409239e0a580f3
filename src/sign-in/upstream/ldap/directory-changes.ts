import { Injectable } from '@nestjs/common';
import type { Client, Entry, Filter } from 'ldapts';
import { Clock } from '../../../config/clock.js';
import type { LoadedUpstream } from '../definition.js';
import { searchesGroups } from '../upstream-groups.js';
import { fileTimeOf } from './bind-refusal.js';
import { DirectoryConnections } from './directory-connections.js';
import { binaryAttributes, valuesOf } from './entry.js';
import { resultCodeOf } from './result-code.js';
import { generalizedTimeOf, overlapSeconds, secondsOf, type SyncMark } from './sync-mark.js';

/** Entries of one answer of the server. */
const pageSize = 500;

/** Whose entries have changed, and where the next look goes on. */
export interface ChangedPeople {
  readonly subjects: readonly string[];
  readonly mark: SyncMark;
}

/** A server of Active Directory, and the number of its last change. */
interface ServerState {
  readonly server: string;
  readonly usn: string;
}

/** Asks directories what has changed. */
@Injectable()
export class DirectoryChanges {
  constructor(
    private readonly connections: DirectoryConnections,
    private readonly clock: Clock,
  ) {}

  /**
   * Where a look at everybody begins. The entries themselves say when they were changed, but in Active Directory.
   * @returns undefined if the directory does not tell
   * @throws UpstreamAwayError, BusyError
   */
  async begin(upstream: LoadedUpstream): Promise<SyncMark | undefined> {
    const { version } = upstream;
    const at = this.clock.now();
    return this.connections.use(upstream, 'sync', async (client) => {
      await bindAsSearcher(client, upstream);
      if (upstream.preset !== 'active_directory')
        return { version, at, people: 0, groups: await lastGroupChange(client, upstream) };
      const state = await stateOf(client);
      return state && { version, ...state, at };
    });
  }

  /**
   * Finds the people whose entries have changed since. Entries that are gone have none that could be found.
   * @returns undefined if that cannot be told: another server answers, it was restored, or a group has changed
   * @throws UpstreamAwayError, BusyError
   */
  async since(upstream: LoadedUpstream, mark: SyncMark): Promise<ChangedPeople | undefined> {
    return this.connections.use(upstream, 'sync', async (client) => {
      await bindAsSearcher(client, upstream);
      return 'server' in mark
        ? this.sinceChange(client, upstream, mark)
        : this.sinceTime(client, upstream, mark);
    });
  }

  private async sinceChange(
    client: Client,
    upstream: LoadedUpstream,
    mark: Extract<SyncMark, ServerState>,
  ): Promise<ChangedPeople | undefined> {
    const { AndFilter, GreaterThanEqualsFilter, LessThanEqualsFilter, OrFilter } = await import('ldapts');
    const now = this.clock.now();
    const state = await stateOf(client);
    if (state?.server !== mark.server || BigInt(state.usn) < BigInt(mark.usn)) return undefined;
    const changed = new GreaterThanEqualsFilter({
      attribute: 'uSNChanged',
      value: String(BigInt(mark.usn) + 1n),
    });
    if (await hasChangedGroup(client, upstream, changed)) return undefined;
    // An account that expires does not change.
    const expired = new AndFilter({
      filters: [
        new GreaterThanEqualsFilter({
          attribute: 'accountExpires',
          value: fileTimeOf(mark.at - overlapSeconds),
        }),
        new LessThanEqualsFilter({ attribute: 'accountExpires', value: fileTimeOf(now) }),
      ],
    });
    const subjects: string[] = [];
    for await (const { subject } of peopleOf(client, upstream, new OrFilter({ filters: [changed, expired] })))
      subjects.push(subject);
    return { subjects, mark: { version: upstream.version, ...state, at: now } };
  }

  private async sinceTime(
    client: Client,
    upstream: LoadedUpstream,
    mark: Exclude<SyncMark, ServerState>,
  ): Promise<ChangedPeople | undefined> {
    const { GreaterThanEqualsFilter } = await import('ldapts');
    const changedFrom = (seconds: number): Filter =>
      new GreaterThanEqualsFilter({ attribute: 'modifyTimestamp', value: generalizedTimeOf(seconds) });
    if (await hasChangedGroup(client, upstream, changedFrom(mark.groups + 1))) return undefined;
    const begunAt = this.clock.now();
    const subjects: string[] = [];
    // Both clocks have gone on since.
    let reached = mark.people + Math.max(0, begunAt - mark.at);
    for await (const { subject, modifiedAt } of peopleOf(
      client,
      upstream,
      changedFrom(mark.people - overlapSeconds),
    )) {
      subjects.push(subject);
      reached = Math.max(reached, (modifiedAt ?? 0) - (this.clock.now() - begunAt));
    }
    return { subjects, mark: { ...mark, at: begunAt, people: reached } };
  }
}

async function bindAsSearcher(client: Client, { bind_dn: dn, secret }: LoadedUpstream): Promise<void> {
  if (dn !== undefined) await client.bind(dn, secret ?? '');
}

/** What the server counts its changes by, from its root ([MS-ADTS] §3.1.1.3.2) and its own object; undefined if it does not say. */
async function stateOf(client: Client): Promise<ServerState | undefined> {
  const read = async (dn: string, attributes: string[]): Promise<Entry | undefined> => {
    try {
      const { searchEntries: entries } = await client.search(dn, {
        scope: 'base',
        filter: '(objectClass=*)',
        attributes,
        explicitBufferAttributes: ['invocationId'],
      });
      return entries[0];
    } catch (error) {
      // Not shown to the account that searches.
      if (resultCodeOf(error) === undefined) throw error;
      return undefined;
    }
  };
  const root = await read('', ['highestCommittedUSN', 'dsServiceName']);
  const [usn = '', service = ''] = ['highestCommittedUSN', 'dsServiceName'].map(
    (attribute) => (root && valuesOf(root, attribute)[0]) ?? '',
  );
  if (!/^\d{1,20}$/.test(usn) || service === '') return undefined;
  const own = await read(service, ['invocationId']);
  const server = own && valuesOf(own, 'invocationId')[0];
  return server === undefined || server === '' ? undefined : { server, usn };
}

/** Whether a group has changed, where groups are searched for. */
async function hasChangedGroup(client: Client, upstream: LoadedUpstream, changed: Filter): Promise<boolean> {
  if (!searchesGroups(upstream)) return false;
  const { searchEntries: found } = await client.search(upstream.group_search_base ?? '', {
    scope: 'sub',
    filter: changed,
    attributes: ['1.1'],
    sizeLimit: 1,
  });
  return found.length > 0;
}

/** When anything below the base of groups was changed last; 0 if groups are not searched for. */
async function lastGroupChange(client: Client, upstream: LoadedUpstream): Promise<number> {
  if (!searchesGroups(upstream)) return 0;
  let last = 0;
  const pages = client.searchPaginated(upstream.group_search_base ?? '', {
    scope: 'sub',
    attributes: ['modifyTimestamp'],
    paged: { pageSize },
  });
  for await (const { searchEntries: entries } of pages)
    for (const entry of entries) last = Math.max(last, secondsOf(valuesOf(entry, 'modifyTimestamp')[0]) ?? 0);
  return last;
}

/** The subjects of entries, and when they were changed. Whether they are let in is asked of those alone who are linked. */
async function* peopleOf(
  client: Client,
  { base_dn: base = '', user_scope: scope = 'sub', subject_claim: attribute }: LoadedUpstream,
  changed: Filter,
): AsyncGenerator<{ readonly subject: string; readonly modifiedAt: number | undefined }> {
  const { AndFilter, PresenceFilter } = await import('ldapts');
  const pages = client.searchPaginated(base, {
    scope,
    filter: new AndFilter({ filters: [new PresenceFilter({ attribute }), changed] }),
    attributes: [attribute, 'modifyTimestamp'],
    explicitBufferAttributes: binaryAttributes,
    paged: { pageSize },
  });
  for await (const { searchEntries: entries } of pages)
    for (const entry of entries) {
      const [subject] = valuesOf(entry, attribute);
      if (subject) yield { subject, modifiedAt: secondsOf(valuesOf(entry, 'modifyTimestamp')[0]) };
    }
}
