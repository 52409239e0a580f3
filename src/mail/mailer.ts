import { Inject, Injectable } from '@nestjs/common';
import { isMailAddress, type Mailbox, type MailServer } from '../config/mail-url.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Language } from '../locales/message.js';
import type { DeliveryProblem } from '../queue/delivery-handler.js';
import { Brand } from '../views/brand.js';
import { letterAsHtml, letterAsText } from './letter.js';
import { letterheadOf } from './letterhead.js';
import { type MessageName, type Models, writeLetter } from './messages.js';

/** A mail to one person. */
export interface OutgoingMail<Name extends MessageName> {
  readonly to: string;
  readonly message: Name;
  readonly model: Models[Name];
  readonly language: Language;
  /** The same for each attempt, so that a mailbox shows a mail once that was sent twice. */
  readonly id: string;
}

/** Seconds from each failed attempt to the next. */
export const mailRetryDelaysSeconds = [10, 60, 300, 900, 3_600, 10_800, 43_200];

/** Milliseconds. All steps of a mail together stay far below the lease of the queue. */
const stepTimeout = 4_000;
const wholeTimeout = 12_000;

/** Sends mail through the server of `EYRIE_MAIL_URL`. */
@Injectable()
export class Mailer {
  private readonly route: { readonly server: MailServer; readonly from: Mailbox } | undefined;

  constructor(
    @Inject(SETTINGS) { mail: { server, from } }: Settings,
    private readonly brand: Brand,
  ) {
    this.route = server && from ? { server, from } : undefined;
  }

  /** Whether mail can be sent. What needs mail is offered only then. */
  get isOn(): boolean {
    return this.route !== undefined;
  }

  /** @returns why the mail was not taken; undefined if it was */
  async send<Name extends MessageName>({
    to,
    message,
    model,
    language,
    id,
  }: OutgoingMail<Name>): Promise<DeliveryProblem | undefined> {
    if (!this.route) return { reason: 'EYRIE_MAIL_URL is not set', final: true };
    if (!isMailAddress(to)) return { reason: 'the address cannot be one', final: true };
    const { server, from } = this.route;
    const letter = writeLetter(message, model, language);
    const letterhead = letterheadOf(this.brand, language);
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(optionsOf(server));
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject: letter.subject,
        text: letterAsText(letter, letterhead),
        html: letterAsHtml(letter, letterhead),
        messageId: `<${id}@${from.address.split('@')[1]}>`,
        // RFC 3834 §5: nobody's holiday is answered to us.
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language.tag },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(wholeTimeout),
      });
      return undefined;
    } catch (error) {
      return problemOf(error as SmtpError, to);
    } finally {
      transport.close();
    }
  }
}

/** What nodemailer adds to an error. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

function optionsOf({ host, port, tls, login }: MailServer) {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    // What would go in clear otherwise gains from a certificate that nobody vouches for.
    tls: { rejectUnauthorized: tls !== 'optional' },
    ...(login ? { auth: { user: login.username, pass: login.password } } : {}),
    connectionTimeout: stepTimeout,
    dnsTimeout: stepTimeout,
    greetingTimeout: stepTimeout,
    socketTimeout: stepTimeout,
  };
}

/**
 * A recipient or a mail that the server refuses for good (RFC 5321 §4.2.1: 5yz) is not sent again; a refused password is a setting
 * that will be corrected. The reason names no address, since the log holds it.
 */
function problemOf({ message, code, responseCode = 0 }: SmtpError, to: string): DeliveryProblem {
  const final = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return { reason: message.replaceAll(to, 'the address').replace(/\s+/g, ' '), final };
}
