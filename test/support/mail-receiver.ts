import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import type { TestServer } from './server.js';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: ParsedMail['headers'];
}

/** An SMTP server on loopback that keeps what it takes. */
export class MailReceiver {
  /** Answers recipients with this code, as long as it is set. */
  refusal: number | undefined;
  private mails: ReceivedMail[] = [];
  private readonly server: SMTPServer;

  private constructor(login?: { readonly username: string; readonly password: string }) {
    this.server = new SMTPServer({
      authOptional: login === undefined,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === login?.username && password === login?.password
          ? done(null, { user: username })
          : done(new Error('wrong user or password')),
      onRcptTo: (_address, _session, done) =>
        this.refusal === undefined
          ? done()
          : done(Object.assign(new Error('not here'), { responseCode: this.refusal })),
      onData: (stream, session, done) => {
        void simpleParser(stream).then((mail) => {
          this.mails.push({
            to: session.envelope.rcptTo.map(({ address }) => address).join(', '),
            from: mail.from?.text ?? '',
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            html: mail.html || '',
            messageId: mail.messageId ?? '',
            headers: mail.headers,
          });
          done();
        }, done);
      },
    });
  }

  static async start(login?: {
    readonly username: string;
    readonly password: string;
  }): Promise<MailReceiver> {
    const receiver = new MailReceiver(login);
    await new Promise<void>((resolve) => {
      receiver.server.listen(0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  /** The settings of a server that sends its mail here. */
  get settings(): { readonly EYRIE_MAIL_URL: string; readonly EYRIE_MAIL_FROM: string } {
    return { EYRIE_MAIL_URL: `smtp://${this.host}`, EYRIE_MAIL_FROM: 'Eyrie <no-reply@id.example.com>' };
  }

  /** Host and port. */
  get host(): string {
    return `127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** What arrived since the last call, once the server has sent everything that is due. */
  async take(from: TestServer): Promise<ReceivedMail[]> {
    const queue = from.app.get(DeliveryQueue);
    await queue.deliverDue();
    await queue.deliverDue();
    return this.mails.splice(0);
  }

  /** The only mail that arrived since the last call. */
  async takeOne(from: TestServer): Promise<ReceivedMail> {
    const [mail, ...more] = await this.take(from);
    if (!mail || more.length > 0)
      throw new Error(`${more.length + (mail ? 1 : 0)} mails came instead of one`);
    return mail;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

/** The path and query of the link in a mail. */
export function linkIn({ text }: ReceivedMail): string {
  const [url] = /^https?:\/\/\S+$/m.exec(text) ?? [];
  if (url === undefined) throw new Error(`no link in:\n${text}`);
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** A receiver of mail that runs during the tests of the file that this is called in. */
export async function useMailReceiver(login?: {
  readonly username: string;
  readonly password: string;
}): Promise<MailReceiver> {
  const receiver = await MailReceiver.start(login);
  afterAll(() => receiver.stop());
  return receiver;
}
