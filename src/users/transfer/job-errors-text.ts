import { stringify } from 'csv-stringify/sync';
import type { FileFormat } from '../../persistence/entities/job.entity.js';
import type { JobFilesStore } from '../../persistence/stores/job-files.store.js';
import { toRowErrorDto } from './jobs.dto.js';

const pageSize = 200;

/** The errors of a job as a file, part by part. */
export async function* errorsText(
  files: JobFilesStore,
  jobId: string,
  format: FileFormat,
): AsyncIterable<string> {
  if (format === 'csv') yield stringify([['line', 'username', 'member', 'reason']]);
  let after: string | undefined;
  do {
    const page = await files.errors(jobId, pageSize, after);
    const rows = page.map(toRowErrorDto);
    if (rows.length > 0)
      yield format === 'csv'
        ? stringify(rows, { columns: ['line', 'username', 'member', 'reason'], escape_formulas: true })
        : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    after = page.length === pageSize ? page.at(-1)?.id : undefined;
  } while (after !== undefined);
}
