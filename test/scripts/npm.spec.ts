import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseHeaders } from '../../scripts/npm.mjs';

describe('The headers that an add-on is built with', () => {
  let folder: string;
  let node: { prefix: string; modules: string };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-headers-'));
    node = { prefix: join(folder, 'node'), modules: '137' };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const headers = async (name: string, modules: string): Promise<string> => {
    const include = join(folder, name, 'include', 'node');
    await mkdir(include, { recursive: true });
    await writeFile(join(include, 'node_version.h'), `#define NODE_MODULE_VERSION ${modules}\n`);
    return join(folder, name);
  };

  it('are those that npm’s setting nodedir names if they are of this Node.js', async () => {
    await headers('node', '137');
    const chosen = await headers('chosen', '137');
    expect(chooseHeaders(chosen, node).nodedir).toBe(chosen);
  });

  it('are those beside this Node.js if nodedir is not set', async () => {
    await headers('node', '137');
    expect(chooseHeaders(undefined, node).nodedir).toBe(node.prefix);
  });

  it('are those beside this Node.js if nodedir names those of another version, or none', async () => {
    await headers('node', '137');
    expect(chooseHeaders(await headers('chosen', '115'), node).nodedir).toBe(node.prefix);
    expect(chooseHeaders(join(folder, 'nowhere'), node).nodedir).toBe(node.prefix);
  });

  it('are downloaded if no folder has those of this Node.js, and the comparison names what was found', async () => {
    const chosen = await headers('chosen', '115');
    expect(chooseHeaders(chosen, node)).toEqual({
      nodedir: undefined,
      compared: [
        `npm's setting nodedir (${chosen}): headers of NODE_MODULE_VERSION 115`,
        `this Node.js (${node.prefix}): no headers`,
      ],
    });
  });
});
