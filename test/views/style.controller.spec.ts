import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { StyleController } from '../../src/views/style.controller.js';
import { elements } from '../support/markup.js';
import { render } from '../support/rendering.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  const module = await Test.createTestingModule({ controllers: [StyleController] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
});

afterAll(() => app.close());

describe.each([
  ['/style.css', 'text/css; charset=utf-8', ':focus-visible'],
  ['/icon.svg', 'image/svg+xml', '<svg'],
  ['/docs/sign-in.js', 'text/javascript; charset=utf-8', 'staySignedIn'],
])('GET %s', (url, type, text) => {
  it('answers with the content, an entity tag and leave to cache', async () => {
    const response = await app.inject({ url });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe(type);
    expect(response.headers['cache-control']).toBe('public, max-age=86400');
    expect(response.headers.etag).toMatch(/^"[\w-]{22}"$/);
    expect(response.body).toContain(text);
  });

  it('answers 304 without a body when the entity tag is known', async () => {
    const etag = String((await app.inject({ url })).headers.etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await app.inject({ url, headers: { 'if-none-match': known } });
      expect([known, response.statusCode, response.body]).toEqual([known, 304, '']);
      expect(response.headers.etag).toBe(etag);
    }
  });

  it('answers with the content when another entity tag is known', async () => {
    const response = await app.inject({ url, headers: { 'if-none-match': '"other"' } });
    expect(response.statusCode).toBe(200);
  });
});

it('pages ask for the style sheet and the icon under addresses that are served', async () => {
  const page = render('signed-out', {});
  for (const { attributes } of elements(page, 'link')) {
    const response = await app.inject({ url: String(attributes.href) });
    expect(response.statusCode).toBe(200);
  }
});
