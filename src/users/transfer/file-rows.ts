import { pipeline, Readable } from 'node:stream';
import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import { CsvError, parse } from 'csv-parse';
import { isDeeperThan, maxJsonDepth } from '../../http/json-bodies.js';
import type { FileFormat } from '../../persistence/entities/job.entity.js';
import { columnNames, membersOfCells } from './row-cells.js';

/** A row of a file: its members, not yet validated, or why there are none. */
export interface FileRow {
  readonly line: number;
  readonly members?: object;
  readonly problem?: string;
}

const mebibyte = 1_024 * 1_024;

/** A larger file is refused. */
export const maxFileBytes = 32 * mebibyte;

export const fileTooLarge = (): PayloadTooLargeException =>
  new PayloadTooLargeException(`the file is larger than ${maxFileBytes / mebibyte} MiB: send it in parts`);

/** Characters of a row. */
const maxRowLength = 16 * 1_024;

/**
 * The rows of a file, one after another, while it arrives.
 * @throws BadRequestException if it cannot be read, with the line
 * @throws PayloadTooLargeException
 */
export function rowsOf(source: AsyncIterable<Buffer>, format: FileFormat): AsyncIterable<FileRow> {
  return format === 'csv' ? rowsOfCsv(textOf(source)) : rowsOfLines(textOf(source));
}

/** The text of a file in UTF-8, with or without a byte order mark. */
async function* textOf(source: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxFileBytes) throw fileTooLarge();
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new BadRequestException('the file is not encoded in UTF-8');
    throw error;
  }
}

async function* rowsOfCsv(text: AsyncIterable<string>): AsyncIterable<FileRow> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowLength,
  });
  pipeline(Readable.from(text), parser, () => undefined);
  let header: string[] | undefined;
  try {
    for await (const read of parser) {
      const { record, info } = read as { record: string[]; info: { lines: number } };
      if (header === undefined) header = checkedHeader(record);
      else if (record.length === header.length)
        yield { line: info.lines, members: membersOfCells(header, record) };
      else
        yield {
          line: info.lines,
          problem: `has ${record.length} cells, where the header has ${header.length}`,
        };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new BadRequestException(`the file is no CSV: ${error.message}`);
    throw error;
  }
}

/** @throws BadRequestException */
function checkedHeader(cells: readonly string[]): string[] {
  const names = cells.map((cell) => cell.trim());
  const unknown = names.find((name) => !columnNames.includes(name));
  if (unknown !== undefined)
    throw new BadRequestException(
      `the first line has the column ${unknown.slice(0, 100)}, which is none of ${columnNames.join(', ')}`,
    );
  if (!names.includes('username'))
    throw new BadRequestException('the first line, which names the columns, has no column username');
  if (new Set(names).size < names.length)
    throw new BadRequestException('the first line names a column twice');
  return names;
}

async function* rowsOfLines(text: AsyncIterable<string>): AsyncIterable<FileRow> {
  let rest = '';
  let line = 0;
  const rowOf = (written: string): FileRow[] => {
    line += 1;
    if (written.length > maxRowLength)
      return [{ line, problem: `is longer than ${maxRowLength} characters` }];
    return written.trim() === '' ? [] : [{ line, ...membersOfJson(written) }];
  };
  for await (const part of text) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const written of lines) yield* rowOf(written);
    if (rest.length > maxRowLength)
      throw new BadRequestException(`line ${line + 1} is longer than ${maxRowLength} characters`);
  }
  yield* rowOf(rest);
}

function membersOfJson(written: string): Pick<FileRow, 'members' | 'problem'> {
  try {
    const value = JSON.parse(written) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { problem: 'is no JSON object' };
    return isDeeperThan(maxJsonDepth, value) ? { problem: 'is nested too deeply' } : { members: value };
  } catch {
    return { problem: 'is no JSON' };
  }
}
