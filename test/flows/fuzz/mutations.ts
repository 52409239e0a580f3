import { METHODS, type OutgoingHttpHeaders } from 'node:http';
import type { Material } from './material.js';
import type { Random } from './random.js';
import type { Target } from './targets.js';
import type { WireRequest } from './wire.js';

const hostile: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nSet-Cookie: x=y',
  '\ud800',
  '\ufffd',
  '\u202e',
  '🦅'.repeat(64),
  "' OR 1=1 --",
  '"><script>alert(1)</script>',
  '${7*7}{{7*7}}<%= 7*7 %>',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '[object Object]',
  '-1',
  '0',
  '1e309',
  'NaN',
  '99999999999999999999',
  '0x10',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://user:password@elsewhere.example/',
  'http://[::1',
  '//elsewhere.example',
  'a'.repeat(256),
  'é'.repeat(2_000),
  'x'.repeat(7_000),
  'eyJhbGciOiJub25lIn0.e30.',
  'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA',
  '..',
  '.'.repeat(100),
];

/** Values that are already encoded, and wrongly so. */
const misencoded = [
  '%',
  '%%',
  '%f',
  '%zz',
  '%ff',
  '%c0%80',
  '%ed%a0%80',
  '%u0041',
  '%00',
  '+%2B',
  '%25%32%35',
  '\xff\xfe',
];

const names = [
  '__proto__',
  'constructor[prototype]',
  'a[b]',
  'a[]',
  'a.b',
  '[',
  'length',
  'n'.repeat(2_000),
  '\0',
  'scope ',
  'Scope',
];

const contentTypes = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'APPLICATION/X-WWW-FORM-URLENCODED;charset="',
  'application/json',
  'application/json; charset=latin1',
  'application/merge-patch+json',
  'application/jwt',
  'text/plain',
  'text/html',
  'application/xml',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  '',
  ';',
  'x',
  '*/*',
  'a/b; '.repeat(200),
];

const authorizations = [
  'Basic',
  'Basic ',
  'Basic !!!',
  'Basic Og==',
  'Basic YQ==',
  'Basic /////w==',
  'Basic AAAA',
  `Basic ${Buffer.from('%ff:%ff').toString('base64')}`,
  `Basic ${Buffer.from(`${'c'.repeat(4_000)}:s`).toString('base64')}`,
  `Basic ${Buffer.from('a\0b:c\0d').toString('base64')}`,
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'bearer x',
  'BEARER eyJhbGciOiJub25lIn0.e30.',
  'Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6Il9fcHJvdG9fXyJ9.e30.AAAA',
  `Bearer ${'t'.repeat(5_000)}`,
  'Bearer \xff\xfe',
  'DPoP x',
  'Digest username="x"',
  'Negotiate AAAA',
  ',',
  '\xff',
];

const cookies = [
  'eyrie_session=',
  'eyrie_session=%',
  'eyrie_session=%00; eyrie_browser=%ff',
  'session=a; session=b; browser=c; device=d',
  '__Host-session=x; __proto__=y; constructor=z',
  ';;;=;=',
  '='.repeat(500),
  `eyrie_session=${'c'.repeat(6_000)}`,
  Array.from({ length: 300 }, (_, index) => `c${index}=v`).join('; '),
  'a="\xff"; b=\\',
];

const otherHeaders: readonly (readonly [string, readonly string[]])[] = [
  ['accept', ['application/json', '*/*;q=x', 'text/html', '\xff', 'a,'.repeat(500)]],
  ['accept-language', ['xx-'.repeat(300), '*', 'de;q=1e9']],
  ['origin', ['null', 'https://elsewhere.example', '\xff', 'http://[', '']],
  ['referer', ['\xff', 'http://[', 'https://elsewhere.example/']],
  ['sec-fetch-site', ['cross-site', 'same-site', 'none', '\xff']],
  ['host', ['elsewhere.example', '[', '127.0.0.1:99999', 'a b', '\xff']],
  ['x-forwarded-for', ['elsewhere', '::1, 1.2.3.4, x', '\xff']],
  ['x-forwarded-host', ['elsewhere.example']],
  ['x-forwarded-proto', ['gopher']],
  ['forwarded', ['for=x;host=y;proto=z', '=;=']],
  ['content-encoding', ['gzip', 'br', 'x']],
  ['user-agent', ['', '\xff', 'Mozilla/5.0 '.repeat(300), "' OR 1=1", '<script>']],
  ['dpop', ['x', 'eyJhbGciOiJub25lIn0.e30.', 'a, b', '\xff']],
  ['if-none-match', ['*', 'W/"x"', '\xff']],
  ['if-modified-since', ['yesterday']],
  ['range', ['bytes=0-', 'bytes=9-1', 'x']],
  ['access-control-request-method', ['POST', 'X Y', '']],
  ['x-http-method-override', ['DELETE']],
  ['tus-resumable', ['1.0.0']],
];

/** CONNECT and upgrades ask for another kind of connection. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/** A sound request to the target, with one to three things wrong. */
export function mutated(target: Target, random: Random, material: Material): WireRequest {
  let { method } = target;
  let path = filled(target.path, random, material);
  const sample = target.administers
    ? { fields: {} }
    : random.pick(material.samples[path] ?? [material.anything]);
  const pairs: Pair[] = Object.entries(sample.fields).map(([name, value]) => [encoded(name), encoded(value)]);
  for (const name of target.parameters) {
    if (random.chance(0.5)) pairs.push([name, encoded(random.pick(['10', ...anyId(material)]))]);
  }
  let json = target.body === undefined ? undefined : unheardOf(target.body, random);
  const headers: OutgoingHttpHeaders = {};
  const authorization = target.administers ? material.administrator : sample.authorization;
  if (authorization !== undefined) headers.authorization = authorization;
  if (sample.cookie !== undefined) headers.cookie = sample.cookie;
  if (sample.dpop !== undefined) headers.dpop = sample.dpop;
  let inQuery = method === 'GET' || method === 'DELETE' || json !== undefined;
  if (!inQuery) headers['content-type'] = 'application/x-www-form-urlencoded';
  if (json !== undefined) headers['content-type'] = 'application/json';
  let raw: Buffer | undefined;

  const mutations: readonly (() => void)[] = [
    () => (method = random.pick(methods)),
    () => (inQuery = !inQuery),
    () => (path = brokenPath(path, random)),
    () => (headers['content-type'] = random.pick(contentTypes)),
    () => (headers.authorization = random.pick(authorizations)),
    () => delete headers.authorization,
    () => (headers.cookie = random.pick(cookies)),
    () => {
      const [name, values] = random.pick(otherHeaders);
      headers[name] = random.pick(values);
    },
    ...Array.from({ length: 6 }, () => () => breakPairs(pairs, random, material)),
    ...Array.from(
      { length: json === undefined ? 0 : 10 },
      () => () => (json = brokenJson(json, random, material)),
    ),
    () => (raw = rawBody(random, json)),
  ];
  for (let count = 1 + random.below(3); count > 0; count--) random.pick(mutations)();

  const content = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const query = inQuery && content !== '' ? `?${content}` : '';
  const body =
    raw ?? (json === undefined ? (inQuery ? undefined : Buffer.from(content, 'latin1')) : jsonBody(json));
  return { method, path: (path + query).slice(0, 14_000), headers, ...(body ? { body } : {}) };
}

/** A path with its parameters, most of them of the kind that it asks for. */
function filled(path: string, random: Random, material: Material): string {
  return path.replace(/([^/]*)\/\{[^}]*\}/g, (_, collection: string) => {
    const fitting = material.ids[collection];
    const id = random.pick(fitting && random.chance(0.85) ? fitting : anyId(material));
    return `${collection}/${encodeURIComponent(id)}`;
  });
}

const anyId = ({ ids }: Material): string[] => Object.values(ids).flat();

/** A body that does not stand against what there is already. */
function unheardOf(body: unknown, random: Random): unknown {
  const fresh = structuredClone(body);
  if (typeof fresh !== 'object' || fresh === null) return fresh;
  for (const name of ['client_id', 'username']) {
    if (name in fresh) Object.assign(fresh, { [name]: `fresh-${random.below(1e9)}` });
  }
  return fresh;
}

/** Names and values, encoded. */
type Pair = [name: string, value: string];

function breakPairs(pairs: Pair[], random: Random, material: Material): void {
  const at = random.below(pairs.length + 1);
  const pair = pairs[at];
  const known = Object.keys(material.anything.fields);
  switch (random.below(8)) {
    case 0:
      pairs.splice(at, 1);
      break;
    case 1:
      pairs.push(pair ? [...pair] : [random.pick(known), 'twice']);
      break;
    case 2:
      pairs.push([encoded(random.pick(names)), encoded(random.pick(hostile))]);
      break;
    case 3:
      pairs.push([random.pick(known), random.pick(misencoded)]);
      break;
    case 4:
      pairs.push([random.pick(misencoded), 'x']);
      break;
    case 5:
      for (let count = random.pick([99, 101, 1_000]); count > 0; count--) pairs.push([`p${count}`, '']);
      break;
    case 6:
      pairs.push([`${random.pick(known)}[${random.pick(known)}]`, encoded(random.pick(hostile))]);
      break;
    default:
      if (pair) pair[1] = random.chance(0.2) ? random.pick(misencoded) : encoded(random.pick(hostile));
      else pairs.push([random.pick(known), 'x'.repeat(random.pick([9_000, 70_000]))]);
  }
}

function brokenPath(path: string, random: Random): string {
  const parts = path.split('/');
  const at = 1 + random.below(parts.length - 1);
  switch (random.below(6)) {
    case 0:
      parts[at] = encoded(random.pick(hostile));
      break;
    case 1:
      parts[at] = random.pick(misencoded);
      break;
    case 2:
      parts.splice(at, 0, random.pick(['', '.', '..', '%2e%2e', '%2f', ';x=y', 'a'.repeat(900)]));
      break;
    case 3:
      parts.push('');
      break;
    case 4:
      parts[at] = (parts[at] ?? '').toUpperCase();
      break;
    default:
      parts.push(random.pick(['secrets', 'x', '__proto__', '%00']));
  }
  return parts.join('/');
}

/** Something in it becomes something else. */
function brokenJson(json: unknown, random: Random, material: Material): unknown {
  if (typeof json !== 'object' || json === null || random.chance(0.15)) return oddValue(random, material);
  if (Array.isArray(json)) {
    if (random.chance(0.3))
      return [...(json as unknown[]), ...(json as unknown[]), oddValue(random, material)];
    return (json as unknown[]).map((item) => brokenJson(item, random, material));
  }
  const entries = Object.entries(json);
  const at = random.below(entries.length + 1);
  const [name, value] = entries[at] ?? [random.pick(names), {}];
  if (random.chance(0.15)) entries.splice(at, 1);
  else entries[at] = [name, brokenJson(value, random, material)];
  return Object.fromEntries(entries);
}

function oddValue(random: Random, material: Material): unknown {
  switch (random.below(10)) {
    case 0:
      return null;
    case 1:
      return random.pick([0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308]);
    case 2:
      return random.chance(0.5);
    case 3:
      return [random.pick(hostile)];
    case 4:
      return { [random.pick(names)]: random.pick(hostile) };
    case 5:
      return [[[]]];
    case 6:
      return random.pick(anyId(material));
    case 7:
      return Array.from({ length: 500 }, (_, index) => `https://fuzz.example.com/${index}`);
    default:
      return random.pick(hostile);
  }
}

function jsonBody(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json) ?? 'undefined', 'utf8');
}

function rawBody(random: Random, json: unknown): Buffer {
  const text = JSON.stringify(json ?? { a: 1 }) ?? '';
  return random.pick([
    () => Buffer.alloc(0),
    () => Buffer.from(text.slice(0, random.below(text.length))),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(text, 'utf16le'),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.from('{"__proto__":{"administrator":true},"a":1}'),
    () => Buffer.from('{"constructor":{"prototype":{}}}'),
    () => Buffer.from('{"a":1,"a":2}'),
    () => Buffer.from(`${'['.repeat(5_000)}${']'.repeat(5_000)}`),
    () => Buffer.from(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`),
    () => Buffer.from('1e999'),
    () => Buffer.from('null'),
    () => Buffer.from('"\\ud800"'),
    () => Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc0]),
    () => Buffer.from('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    () => Buffer.alloc(70_000, 'a'),
    () => Buffer.alloc(60_000, '='),
    () => Buffer.alloc(60_000, '&'),
    () => Buffer.alloc(60_000, '%25'),
  ])();
}

/** As `encodeURIComponent`, which throws where text is not well-formed. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
