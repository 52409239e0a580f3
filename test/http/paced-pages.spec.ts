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
  // As a browser's that has closed its connection.
  server.addHook('onRequest', ({ raw, headers }, _reply, done) => {
    if (String(headers['x-name']).endsWith('gone'))
      Object.defineProperty(raw, 'socket', { value: { destroyed: true } });
    done();
  });
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

  it('is refused beyond the end of the line, with a time to wait', async () => {
    const { ask } = noting();
    const answers = await Promise.all(
      Array.from({ length: 2_100 }, () => ask(endpoints.account, 'one of many')),
    );
    const refused = answers.filter((answer) => (answer as { statusCode?: number }).statusCode === 503);
    expect(refused).toHaveLength(2_100 - 2_000 - 2);
    expect(await ask(endpoints.account, 'later')).toEqual({ name: 'later' });
  });

  it('is forgotten as far as it has gone meanwhile', async () => {
    const { ask, begun } = noting();
    const [first, second, ...gone] = crowd.map((name, index) =>
      ask(endpoints.account, index < 2 ? name : `${name} who has gone`),
    );
    await Promise.all([first, second, ask(endpoints.account, 'patient')]);
    expect(gone).toHaveLength(crowd.length - 2);
    expect(begun).toEqual([...crowd.slice(0, 2), 'patient']);
  });
});
