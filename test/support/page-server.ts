import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../src/config/setting.js';
import { defaultLanguage, languageNamed } from '../../src/locales/languages.js';
import { readPasskeyScript, readStyleSheet, type StaticAsset } from '../../src/views/static-asset.js';
import type { Views } from '../../src/views/views.js';
import { Brand } from '../../src/views/brand.js';
import { readSettings } from '../../src/config/settings.js';
import { pageNames, viewsOf } from './rendering.js';
import { type PageName, samples } from './sample-pages.js';

const policy = `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; script-src 'nonce-nonce-1'; frame-ancestors 'none'; base-uri 'none'`;

/** Serves the sample of each page at `/<name>`, under the content security policy; `?language=ar` chooses its language. */
export class PageServer {
  /** The bodies of the forms that were posted. */
  posted: string[] = [];

  private readonly views: Views;
  private readonly assets: ReadonlyMap<string, StaticAsset<string | Buffer>>;

  private constructor(
    private readonly server: Server,
    readonly origin: string,
    environment: Environment,
  ) {
    const { icon, logo, logoDark, styleSheet } = new Brand(readSettings(environment));
    this.views = viewsOf(environment);
    this.assets = new Map(
      [readStyleSheet(), readPasskeyScript(), icon, logo, logoDark, styleSheet].flatMap((asset) =>
        asset ? [[new URL(asset.href, origin).pathname, asset]] : [],
      ),
    );
  }

  /** @param environment settings of the brand */
  static async start(environment: Environment = {}): Promise<PageServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pages = new PageServer(server, origin, environment);
    server.on('request', (request, response) => {
      void pages.answer(request).then(([type, body]) => {
        response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
        response.end(body);
      });
    });
    return pages;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<[type: string, body: string | Buffer]> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin);
    const asset = this.assets.get(pathname);
    if (asset) return [asset.type, asset.content];
    if (request.method === 'POST') {
      this.posted.push(await bodyOf(request));
      return ['text/html; charset=utf-8', '<!doctype html><title>Received</title>'];
    }
    const name = pageNames.find((candidate) => pathname === `/${candidate}`) ?? 'home';
    const language = languageNamed(searchParams.get('language') ?? undefined) ?? defaultLanguage;
    return [
      'text/html; charset=utf-8',
      this.views.renderIn(language, name, this.modelFor(name, searchParams)),
    ];
  }

  /** The samples, with what would leave this server pointed back at it. */
  private modelFor(name: PageName, options: URLSearchParams): object {
    // A page that submits itself is gone before anybody can look at it.
    const nonce = options.has('still') ? 'another' : 'nonce-1';
    if (name === 'form-post') return { ...samples[name], nonce, action: `${this.origin}/callback` };
    if (name === 'consent' || name === 'device-confirm' || name === 'approval')
      return { ...samples[name], logoUri: undefined };
    if (name === 'go-on') return { ...samples[name], onwards: '#' };
    if (name === 'signed-out') return { clientName: samples['signed-out'].clientName };
    return samples[name];
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
