import { SETTINGS, type Settings } from '../../config/settings.js';
import { isLoopbackHost } from '../../config/loopback.js';
import { type Check, type Finding, note, warning } from './finding.js';

/** Looks at the settings that were accepted at the start and may still not be meant. */
export const checkSettings: Check = async (service) => findingsOf(service.get<Settings>(SETTINGS));

/** What is worth improving in the settings. */
export function findingsOf(settings: Settings): Finding[] {
  const isPublic = !isLoopbackHost(new URL(settings.issuer).hostname);
  const findings: Finding[] = [];
  if (isPublic && !settings.production)
    findings.push(
      warning('NODE_ENV', 'is not production, although the issuer is public', 'set NODE_ENV=production'),
    );
  if (isPublic && settings.tls === undefined && settings.trustedProxies.length === 0)
    findings.push(
      warning(
        'EYRIE_TRUSTED_PROXIES',
        'names no proxy: if one stands in front of Eyrie, all requests seem to come from it, and are counted as one network',
        'set it to the addresses of the proxies, or serve https with EYRIE_TLS_CERT and EYRIE_TLS_KEY',
      ),
    );
  if (settings.secretPrevious !== undefined)
    findings.push(
      note(
        'EYRIE_SECRET_PREVIOUS',
        'is set: a rotation of EYRIE_SECRET is under way',
        'finish it as docs/rotation.md says, and remove the setting',
      ),
    );
  if (settings.signIn.secondFactorRequiredOf === 'nobody' && isPublic)
    findings.push(
      warning(
        'EYRIE_SECOND_FACTOR_REQUIRED_OF',
        'is nobody: a password alone may administer Eyrie',
        'set it to administrators or everybody',
      ),
    );
  if (settings.mail.server === undefined)
    findings.push(
      note(
        'EYRIE_MAIL_URL',
        'is not set: forgotten passwords and notices of changes are not offered',
        'set EYRIE_MAIL_URL and EYRIE_MAIL_FROM',
      ),
    );
  if (settings.keyRotation === undefined)
    findings.push(
      note(
        'EYRIE_KEY_ROTATION',
        'is off: signing keys are replaced only by hand',
        'set it to the seconds that a key signs for, such as 7776000 (90 days)',
      ),
    );
  return findings;
}
