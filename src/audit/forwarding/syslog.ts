import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { AuditTarget } from '../../config/audit-target.js';
import { readAuthorities } from '../../crypto/certificates.js';
import type { ForwardedEvent, ForwardedSeal, Send } from './forwarded-event.js';

const timeoutMilliseconds = 10_000;
/** Facility `authpriv` (10) with severity `informational` (6), as RFC 5424 §6.2.1 adds them up. */
const priority = 10 * 8 + 6;

/**
 * Sends each event as a message of RFC 5424, in frames with their length (RFC 6587 §3.4.1), over TLS (RFC 5425) or plain TCP. Syslog has no
 * acknowledgement: an event has arrived when the connection took it and ended in order.
 */
export function syslog(target: Extract<AuditTarget, { kind: 'syslog' }>): Send {
  const { authorities, host, port, isEncrypted } = target;
  const ca =
    authorities === undefined ? undefined : readAuthorities('EYRIE_AUDIT_FORWARD', authorities).map(String);
  return (sealed) =>
    new Promise((resolve, reject) => {
      const socket: Socket = isEncrypted
        ? connectSecure({ host, port, ca, ...(isIP(host) === 0 && { servername: host }) })
        : connectPlain({ host, port });
      const late = new Error('the syslog server did not answer in time');
      const timer = setTimeout(() => socket.destroy(late), timeoutMilliseconds);
      let isSent = false;
      socket.once('error', reject);
      // A server that ends the connection first has not taken all.
      socket.once('end', () => {
        if (!isSent) socket.destroy(new Error('the syslog server ended the connection'));
      });
      socket.once('finish', () => (isSent = true));
      socket.once('close', () => {
        clearTimeout(timer);
        if (isSent) resolve();
        else reject(new Error('the connection to the syslog server was closed'));
      });
      // What a server says is not read, but its end of the connection is waited for.
      socket.resume();
      socket.once(isEncrypted ? 'secureConnect' : 'connect', () => socket.end(framesOf(sealed)));
    });
}

const framesOf = ({ issuer, events }: ForwardedSeal): string =>
  events
    .map((event) => {
      const message = messageOf(event, new URL(issuer).hostname);
      return `${Buffer.byteLength(message)} ${message}`;
    })
    .join('');

function messageOf(event: ForwardedEvent, host: string): string {
  const time = new Date(event.at * 1_000).toISOString();
  // "MSGID" has up to 32 characters; the message has ASCII alone, so that no receiver has to guess its encoding.
  const text = JSON.stringify(event).replace(/[\u0080-\uffff]/g, escaped);
  return `<${priority}>1 ${time} ${host} eyrie - ${event.event.slice(0, 32)} - ${text}`;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
