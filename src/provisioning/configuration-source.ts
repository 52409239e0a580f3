import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError, formatPath, type Problem } from './problems.js';
import type { YamlFile } from './yaml-file.js';

/** A file, and how many entries of each section the files before it have. */
interface Part {
  readonly file: YamlFile;
  readonly before: Readonly<Record<string, number>>;
}

/** A file or folder by its path, or a file that is in memory alone. */
export type ConfigurationInput = string | { readonly name: string; readonly text: string };

/** The files of one configuration. Their sections are joined in the order of the files, and every value is still found in its file. */
export class ConfigurationSource {
  private constructor(
    private readonly parts: readonly Part[],
    /** The plain value of all files together. */
    readonly value: Readonly<Record<string, unknown>>,
  ) {}

  /**
   * @param inputs files, and folders whose files `*.yaml` and `*.yml` are read in the order of their names
   * @throws ConfigurationError if something cannot be read, is not YAML or not a map
   */
  static async read(inputs: readonly ConfigurationInput[]): Promise<ConfigurationSource> {
    const files = (await Promise.all(inputs.map(filesOf))).flat();
    const parts: Part[] = [];
    const joined: Record<string, unknown> = {};
    for (const file of files) {
      if (typeof file.value !== 'object' || file.value === null || Array.isArray(file.value))
        throw new ConfigurationError(
          file.describe([
            {
              path: [],
              reason:
                'the file must hold a map with resources, clients, roles, groups, claims, upstreams, trusted_issuers, users or organizations',
            },
          ]),
        );
      const lengths = Object.entries(joined).map(
        ([section, entries]) => [section, Array.isArray(entries) ? entries.length : 0] as const,
      );
      parts.push({ file, before: Object.fromEntries(lengths) });
      for (const [section, value] of Object.entries(file.value)) {
        const present = joined[section];
        joined[section] = Array.isArray(present) && Array.isArray(value) ? [...present, ...value] : value;
      }
    }
    return new ConfigurationSource(parts, joined);
  }

  /** One line each, in the order of the files: file, line and column, path, reason. */
  describe(problems: readonly Problem[]): string[] {
    return this.parts.flatMap(({ file, before }, index) => {
      const own = problems.filter((problem) => this.partOf(problem) === index);
      return file.describe(
        own.map(({ path: [section = '', entry, ...rest], reason }) => ({
          path: typeof entry === 'number' ? [section, entry - (before[section] ?? 0), ...rest] : [section],
          reason,
        })),
      );
    });
  }

  /** Where an entry stands, for a problem of another one: its path, or, among several files, file, line and column. */
  placeOf(section: string, entry: number): string {
    const path = [section, entry] as const;
    const part = this.parts[this.partOf({ path, reason: '' })];
    return this.parts.length > 1 && part
      ? part.file.placeOf([section, entry - (part.before[section] ?? 0)])
      : formatPath(path);
  }

  /** The folder of the file with an entry: names of files in it begin there. */
  folderOf(section: string, entry: number): string {
    return dirname(this.parts[this.partOf({ path: [section, entry], reason: '' })]?.file.name ?? '.');
  }

  /** The index of the file with the value that a problem is about. */
  private partOf({ path: [section, entry] }: Problem): number {
    const hasSection = ({ file }: Part): boolean => Object.hasOwn(file.value as object, section ?? '');
    return Math.max(
      0,
      this.parts.findLastIndex(
        (part) =>
          hasSection(part) && (typeof entry !== 'number' || entry >= (part.before[section ?? ''] ?? 0)),
      ),
    );
  }
}

async function filesOf(input: ConfigurationInput): Promise<YamlFile[]> {
  // A server without a file loads no YAML parser.
  const { YamlFile } = await import('./yaml-file.js');
  if (typeof input !== 'string') return [YamlFile.parse(input.name, input.text)];
  return Promise.all((await filesAt(input)).map((name) => YamlFile.read(name)));
}

async function filesAt(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  if (names.length === 0)
    throw new ConfigurationError([`${path}: there is no file *.yaml or *.yml in this folder`]);
  return names.map((name) => join(path, name));
}
