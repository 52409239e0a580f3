import { connect } from 'node:tls';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { isLoopbackHost } from '../../config/loopback.js';
import { type Check, error, type Finding, warning } from './finding.js';

const timeoutMilliseconds = 5_000;
const maxClockDifferenceSeconds = 30;
const certificateNoticeDays = 30;

/** Asks the server at its own public address, as a client would. */
export const checkIssuer: Check = async (service) => {
  const { issuer, production } = service.get<Settings>(SETTINGS);
  const { protocol, hostname } = new URL(issuer);
  const findings: Finding[] = [];
  if (protocol === 'http:' && production)
    findings.push(
      warning(
        'EYRIE_ISSUER',
        `is ${issuer}, which only this machine can use`,
        'set it to the https URL of the service',
      ),
    );
  findings.push(...(await discoveryFindings(issuer)));
  if (protocol === 'https:' && !isLoopbackHost(hostname))
    findings.push(...(await certificateFindings(issuer)));
  return findings;
};

async function discoveryFindings(issuer: string): Promise<Finding[]> {
  const url = issuer + endpoints.openidConfiguration;
  let response: Response;
  let document: { readonly issuer?: unknown };
  try {
    response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMilliseconds) });
    document = (await response.json()) as typeof document;
  } catch (problem) {
    const { cause, message } = problem as Error & { cause?: { code?: string } };
    return [
      warning(
        'EYRIE_ISSUER',
        `${url} does not answer with metadata from here (${cause?.code ?? message})`,
        'check that the server runs, and that DNS and the proxy lead there',
      ),
    ];
  }
  if (response.status !== 200 || document.issuer !== issuer)
    return [
      error(
        'EYRIE_ISSUER',
        `${url} answers ${response.status} for the issuer ${JSON.stringify(document.issuer ?? null)}: clients will refuse it`,
        'let the proxy pass the path on unchanged, and give server and command the same EYRIE_ISSUER',
      ),
    ];
  const difference = Date.parse(response.headers.get('date') ?? '') / 1_000 - Date.now() / 1_000;
  if (Math.abs(difference) <= maxClockDifferenceSeconds) return [];
  return [
    warning(
      'clock',
      `the clock behind the issuer differs from this machine's by ${Math.round(difference)} seconds`,
      'synchronise both (NTP)',
    ),
  ];
}

async function certificateFindings(issuer: string): Promise<Finding[]> {
  const validTo = await endOfCertificate(new URL(issuer));
  if (validTo === undefined) return [];
  const days = Math.floor((validTo - Date.now()) / 86_400_000);
  if (days >= certificateNoticeDays) return [];
  return [warning('TLS', `the certificate of ${issuer} is valid for ${days} more days`, 'renew it')];
}

/** Until when the certificate is valid, in milliseconds since the epoch. Whether it is trusted, the request before has shown. */
async function endOfCertificate({ hostname, port }: URL): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: hostname,
      timeout: timeoutMilliseconds,
      rejectUnauthorized: false,
    });
    const end = (value?: number): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once('secureConnect', () => end(Date.parse(socket.getPeerCertificate().valid_to)));
    socket.once('timeout', () => end());
    socket.once('error', () => end());
  });
}
