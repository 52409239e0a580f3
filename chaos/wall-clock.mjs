import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const libraries = '/usr/lib';
const library = 'faketime/libfaketimeMT.so.1';

/** The wall clock of one process, which libfaketime moves (the Debian package libfaketime). The monotonic clock goes on. */
export class WallClock {
  constructor(path, file) {
    this.file = file;
    this.environment = {
      LD_PRELOAD: path,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_CACHE_DURATION: '1',
      NO_FAKE_STAT: '1',
    };
    this.jump(0);
  }

  /** @returns {WallClock | undefined} undefined if the library is not installed */
  static find(folder) {
    for (const name of readdirSync(libraries)) {
      try {
        if (readdirSync(join(libraries, name, 'faketime')).some((file) => library.endsWith(file)))
          return new WallClock(join(libraries, name, library), join(folder, 'wall-clock'));
      } catch {
        // No folder of this architecture.
      }
    }
    return undefined;
  }

  /** @param {number} seconds that it is ahead of the right time from now on; takes effect within a second */
  jump(seconds) {
    writeFileSync(this.file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }
}
