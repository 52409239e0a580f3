import { median } from '../measure.mjs';
import { adminClient, clients, resource } from '../scenario.mjs';

const CALLS = 15;
const PAGE = 'limit=50';

/** Values of filters by name: of somebody in the middle, and of nobody; times of what was made last, and of nothing. */
const samples = {
  username: 'person-77',
  search: 'person-77',
  actor: 'eyrie:apply',
  address: '127.0.0.1',
  client_id: clients.jwt.metadata.client_id,
  resource: resource.identifier,
  since: Math.floor(Date.now() / 1_000),
  until: 1,
};
const personId = '01900000-0000-7000-8000-00000000004d';

/**
 * The median time of each list of the admin API, and of each of its filters, in milliseconds by the address; infinite for those that take too
 * long for the service.
 *
 * @param {string} origin
 * @returns {Promise<Record<string, number>>}
 */
export async function timeLists(origin) {
  const authorization = `Bearer ${await adminToken(origin)}`;
  const document = await (await fetch(`${origin}/docs-json`)).json();
  const times = {};
  for (const target of listTargets(document)) {
    const spent = [];
    for (let call = 0; call < CALLS; call += 1) {
      const begun = performance.now();
      const response = await fetch(origin + target, { headers: { authorization } });
      const text = await response.text();
      if (response.status === 503) {
        spent.push(Infinity);
        break;
      }
      if (!response.ok) throw new Error(`${target} answered ${response.status}: ${text.slice(0, 300)}`);
      spent.push(performance.now() - begun);
    }
    times[target] = spent.includes(Infinity) ? Infinity : median(spent);
  }
  return times;
}

/** The lists that are paged, each alone and with each of its filters. */
function listTargets({ paths }) {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const query = get?.parameters?.filter((one) => one.in === 'query') ?? [];
    if (path.includes('{') || !query.some(({ name }) => name === 'after')) return [];
    const filters = query
      .filter(({ name }) => !['after', 'limit'].includes(name))
      .map(({ name, schema }) => `${name}=${encodeURIComponent(sample(name, schema))}`);
    return ['', ...filters.map((filter) => `&${filter}`)].map((filter) => `${path}?${PAGE}${filter}`);
  });
}

function sample(name, { type, enum: values }) {
  return samples[name] ?? values?.[0] ?? (type === 'boolean' ? 'true' : personId);
}

async function adminToken(origin) {
  const { client_id: id, client_secret: secret, scope } = adminClient;
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  if (!response.ok) throw new Error(`no token of an administrator: ${await response.text()}`);
  return (await response.json()).access_token;
}
