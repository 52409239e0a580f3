import { readFile } from 'node:fs/promises';
import { isCollection, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { ConfigurationError, formatPath, type Path, type Problem } from './problems.js';
import { typeReason } from './yaml-types.js';

/** Their values are not repeated in a problem. */
const secretFields: ReadonlySet<string | number> = new Set(['password', 'password_hash', 'client_secret']);

/** A parsed YAML file that knows the place of each value. */
export class YamlFile {
  private constructor(
    readonly name: string,
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    /** The plain value of the whole file. */
    readonly value: unknown,
  ) {}

  /** @throws ConfigurationError if the file cannot be read or is not YAML */
  static async read(file: string): Promise<YamlFile> {
    return YamlFile.parse(file, await textOf(file));
  }

  /**
   * @param file its name in problems
   * @throws ConfigurationError if the text is not YAML
   */
  static parse(file: string, text: string): YamlFile {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    if (document.errors.length > 0) {
      throw new ConfigurationError(
        document.errors.map(({ pos, message }) => `${placed(file, lines, pos[0])}: ${message}`),
      );
    }
    try {
      return new YamlFile(file, document, lines, document.toJS());
    } catch (error) {
      // Aliases without an anchor, or too many of them (they could exhaust the memory).
      throw new ConfigurationError([`${file}: ${(error as Error).message}`]);
    }
  }

  /** One line each, in the order of the file: file, line and column, path, reason. */
  describe(problems: readonly Problem[]): string[] {
    return this.withTypes(problems)
      .map(({ path, reason }) => ({
        offset: this.offsetOf(path),
        text: `${formatPath(path)} ${reason}`.trim(),
      }))
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, text }) => `${placed(this.name, this.lines, offset)}: ${text}`);
  }

  /** File, line and column of a value. */
  placeOf(path: Path): string {
    return placed(this.name, this.lines, this.offsetOf(path));
  }

  /** One problem for a value of the wrong type, in place of all that its checks say. */
  private withTypes(problems: readonly Problem[]): Problem[] {
    const byPath = new Map<string, Problem[]>();
    for (const problem of problems) {
      const path = formatPath(problem.path);
      byPath.set(path, [...(byPath.get(path) ?? []), problem]);
    }
    return [...byPath.values()].flatMap((same) => {
      const [{ path } = { path: [] }] = same;
      const reason = typeReason(
        this.document.getIn(path, true),
        same.map((problem) => problem.reason),
        path.some((step) => secretFields.has(step)),
      );
      return reason === undefined ? same : [{ path, reason }];
    });
  }

  /** The place of a value; of a missing one, the place of its nearest existing parent. */
  private offsetOf(path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const parent = this.document.getIn(path.slice(0, length - 1), true);
      const node = isCollection(parent)
        ? (parent.get(path[length - 1], true) as Node | undefined)
        : undefined;
      if (node?.range) return node.range[0];
    }
    return 0;
  }
}

function placed(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new ConfigurationError([
      `${file}: ${reason}: name a YAML file of resources, clients, roles, groups and users`,
    ]);
  }
}
