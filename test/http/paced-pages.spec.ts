import { AsyncLocalStorage } from 'node:async_hooks';
import fastify from 'fastify';
import { endpoints } from '../../src/config/endpoints.js';
import { pacePages } from '../../src/http/paced-pages.js';

const crowd = Array.from({ length: 50 }, (_, index) => `person-${index}`);

/** A server that notes in which order requests begin, and whose context each is in. */
function noting() {
  const server = fastify();
  const contexts = new AsyncLocalStorage<unknown>();
  const begun: unknown[] = [];
  server.addHook('onRequest', (request, _reply, done) => contexts.run(request.headers['x-name'], done));
  pacePages(server);
  for (const url of [endpoints.account, endpoints.token])
    server.get(url, async () => {
      const name = contexts.getStore();
      begun.push(name);
      return { name };
    });
  const ask = async (url: string, name: string): Promise<unknown> =>
    (await server.inject({ url, headers: { 'x-name': name } })).json();
  return { ask, begun };
}

describe('A crowd that asks for pages at once', () => {
  it('does not keep the request of a client waiting that comes after it', async () => {
    const { ask, begun } = noting();
    await ask(endpoints.account, 'the first of all');
    begun.length = 0;
    await Promise.all([...crowd.map((name) => ask(endpoints.account, name)), ask(endpoints.token, 'client')]);
    expect(begun).toHaveLength(crowd.length + 1);
    expect(begun.indexOf('client')).toBeLessThan(10);
  });

  it('is served in the order in which it came, each in the context of its own request', async () => {
    const { ask, begun } = noting();
    const answers = await Promise.all(crowd.map((name) => ask(endpoints.account, name)));
    expect(answers).toEqual(crowd.map((name) => ({ name })));
    expect(begun).toEqual(crowd);
    // And whoever comes later is served too.
    expect(await ask(endpoints.account, 'late')).toEqual({ name: 'late' });
  });
});
