import type { Command } from 'commander';
import { checks } from './doctor/checks.js';
import type { Finding, Severity } from './doctor/finding.js';
import { type JsonOption, print } from './output.js';
import { withService } from './service.js';

/** The exit code by the worst finding. 1 is for a doctor that cannot look. */
const exitCodes: Readonly<Record<Severity, number>> = { note: 0, warning: 2, error: 3 };
const marks: Readonly<Record<Severity, string>> = { note: 'note   ', warning: 'WARNING', error: 'ERROR  ' };

/** `eyrie doctor` */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look for what is wrong or may be improved: settings, issuer, database, keys, upkeep, directories, clients, people',
    )
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withService(async (service) => {
        const findings: (Finding & { readonly check: string })[] = [];
        for (const [check, look] of Object.entries(checks))
          findings.push(...(await look(service)).map((finding) => ({ check, ...finding })));
        print(options.json ? JSON.stringify(findings, null, 2) : report(findings));
        const code = Math.max(0, ...findings.map(({ severity }) => exitCodes[severity]));
        if (code > 0) process.exitCode = code;
      }),
    );
}

/** A report for people. Control characters become spaces, so that a name cannot forge another finding. */
function report(findings: readonly (Finding & { readonly check: string })[]): string {
  if (findings.length === 0) return 'Nothing to improve.';
  return findings
    .map(({ severity, check, about, finding, remedy }) =>
      [`${marks[severity]} ${check}: ${about} ${finding}`, `        ${remedy}`]
        .map((line) => line.replace(/\p{Cc}/gu, ' '))
        .join('\n'),
    )
    .join('\n');
}
