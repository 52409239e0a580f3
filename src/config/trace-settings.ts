import { SettingError } from './setting-error.js';
import type { SettingGroup } from './setting.js';
import { type Kind, listOf, network } from './setting-kinds.js';

/** The base URL of a collector. User and password have a setting of their own. */
const collector: Kind<string> = (value, name) => {
  const url = /^https?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
  if (url && `${url.username}${url.password}${url.search}${url.hash}` === '')
    return url.href.replace(/\/$/, '');
  throw new SettingError(
    `${name} is not understood: use a URL such as http://collector:4318, without user, query or fragment`,
  );
};

/** Headers as OpenTelemetry spells them: `name=value` between commas, values percent-encoded. No error repeats the value. */
const headers: Kind<Readonly<Record<string, string>>> = (value, name) => {
  const entries = value.split(',').map((entry) => {
    const [, header, text = ''] = /^\s*([\w!#$%&'*+.^`|~-]+)=(.*)$/.exec(entry) ?? [];
    const decoded = /%(?![\da-f]{2})/i.test(text) ? undefined : decodeText(text.trim());
    if (header === undefined || decoded === undefined || !/^[\x20-\x7e]+$/.test(decoded))
      throw new SettingError(
        `${name} is not understood: use name=value, separated by commas, with percent-encoded values`,
      );
    return [header.toLowerCase(), decoded] as const;
  });
  return Object.fromEntries(entries);
};

const decodeText = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const share: Kind<number> = (value, name) => {
  const number = /^(?:0?\.\d{1,9}|[01](?:\.0*)?)$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 0 && number <= 1) return number;
  throw new SettingError(`${name} is "${value}": use a number from 0 to 1, such as 0.1`);
};

/** Traces for an OpenTelemetry collector. */
export const traceSettings = {
  collector: {
    name: 'EYRIE_TRACES',
    defaultMeaning: 'none: nothing is traced',
    meaning:
      'Base URL of an OpenTelemetry collector, such as http://collector:4318. Traces are sent to /v1/traces below it, as OTLP over HTTP with JSON. See docs/deployment.md',
    parse: collector,
  },
  headers: {
    name: 'EYRIE_TRACES_HEADERS',
    default: '',
    defaultMeaning: 'none',
    meaning:
      'Headers of the requests to the collector, such as authorization=Bearer%20secret: name=value, separated by commas, with percent-encoded values',
    isSecret: true,
    parse: (value, name) => (value === '' ? {} : headers(value, name)),
  },
  share: {
    name: 'EYRIE_TRACES_SHARE',
    default: '1',
    meaning: 'Share of the traces beginning here that is recorded, from 0 to 1',
    parse: share,
  },
  callers: {
    name: 'EYRIE_TRACES_CALLERS',
    default: '',
    defaultMeaning: 'none',
    meaning:
      "Comma-separated addresses or CIDR blocks of proxies and services that connect to Eyrie, whose traceparent header makes a request part of their trace and decides whether it is recorded. A proxy among them must not pass on a client's traceparent. The traceparent of other callers is kept as a link alone",
    parse: listOf(network),
  },
} as const satisfies SettingGroup;
