import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { DirectorySyncStore } from '../../persistence/stores/directory-sync.store.js';
import { type Check, type Finding, note, warning } from './finding.js';

/** Syncs that may fail before it is worth a word. */
const maxOverdueSyncs = 4;

/** Looks at the directories whose people are looked at on a schedule. */
export const checkDirectories: Check = async (service) => {
  const { directorySyncInterval: interval, signIn } = service.get<Settings>(SETTINGS);
  if (!signIn.withUpstreams) return [];
  const directories = await service.get(DirectorySyncStore).states();
  const now = service.get(Clock).now();
  return directories.flatMap(({ alias, syncedAt, syncProblem, createdAt }): Finding[] => {
    const about = `the directory ${alias}`;
    if (interval === 0)
      return [
        note(
          about,
          'is not synced: accounts whose entry has ended there go on here',
          'set EYRIE_DIRECTORY_SYNC_INTERVAL to 60 or more',
        ),
      ];
    if (syncProblem !== null)
      return [
        warning(
          about,
          `was not synced: ${syncProblem}`,
          `see what a sync would do with \`eyrie directory sync ${alias} --dry-run\``,
        ),
      ];
    if (now - (syncedAt ?? createdAt) <= interval * maxOverdueSyncs) return [];
    return [
      warning(
        about,
        'was not synced for a long time',
        'a server syncs it while it runs: look for "was not synced" in its log',
      ),
    ];
  });
};
