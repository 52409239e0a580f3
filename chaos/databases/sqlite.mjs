import { join } from 'node:path';
import { SmallDisk } from '../small-disk.mjs';

/** A file, for one process; on a small disk of its own where the machine permits that. */
export async function sqlite(folder) {
  const disk = await SmallDisk.mount(folder);
  const file = join(disk?.path ?? folder, 'eyrie.sqlite');
  return {
    kind: 'sqlite',
    file,
    disk,
    urls: [`sqlite:${file}`],
    stop: async () => disk?.unmount(),
    stopNow: () => disk?.unmount(),
  };
}
