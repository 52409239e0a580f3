import { readSettings } from '../../src/config/settings.js';

describe('Settings of traces', () => {
  it.each([
    ['http://collector:4318', 'http://collector:4318'],
    ['https://otlp.example.com/base/', 'https://otlp.example.com/base'],
    ['HTTP://[::1]:4318/', 'http://[::1]:4318'],
  ])('EYRIE_TRACES=%s is the collector %s', (EYRIE_TRACES, collector) => {
    expect(readSettings({ EYRIE_TRACES }).traces.collector).toBe(collector);
  });

  it('headers are named in lower case, and their values decoded', () => {
    const EYRIE_TRACES_HEADERS = 'Authorization=Bearer%20a%3Db%2Cc, x-tenant=one=two';
    expect(readSettings({ EYRIE_TRACES_HEADERS }).traces.headers).toEqual({
      authorization: 'Bearer a=b,c',
      'x-tenant': 'one=two',
    });
  });

  it.each([
    ['0', 0],
    ['1', 1],
    ['1.0', 1],
    ['.25', 0.25],
    ['0.001', 0.001],
  ])('EYRIE_TRACES_SHARE=%s is %d', (EYRIE_TRACES_SHARE, share) => {
    expect(readSettings({ EYRIE_TRACES_SHARE }).traces.share).toBe(share);
  });

  it.each([
    ['EYRIE_TRACES', 'collector:4318'],
    ['EYRIE_TRACES', 'on'],
    ['EYRIE_TRACES', 'grpc://collector:4317'],
    ['EYRIE_TRACES', 'http://hunter2:hunter2@collector:4318'],
    ['EYRIE_TRACES', 'http://collector:4318?key=hunter2'],
    ['EYRIE_TRACES', 'http://collector:4318#hunter2'],
    ['EYRIE_TRACES_HEADERS', 'hunter2'],
    ['EYRIE_TRACES_HEADERS', 'a b=hunter2'],
    ['EYRIE_TRACES_HEADERS', 'a=hunter2%'],
    ['EYRIE_TRACES_HEADERS', 'a=hunter2%ff'],
    ['EYRIE_TRACES_HEADERS', 'a=hunter2%0d%0ab:c'],
    ['EYRIE_TRACES_HEADERS', 'a='],
    ['EYRIE_TRACES_SHARE', '1.1'],
    ['EYRIE_TRACES_SHARE', '-0.1'],
    ['EYRIE_TRACES_SHARE', '10%'],
    ['EYRIE_TRACES_SHARE', '1e-3'],
    ['EYRIE_TRACES_CALLERS', 'gateway'],
    ['EYRIE_TRACES_CALLERS', '10.0.0.0/33'],
  ])('%s=%s is refused in one line that names it and repeats no secret', (name, value) => {
    const read = (): unknown => readSettings({ [name]: value });
    expect(read).toThrow(new RegExp(`^${name} .+$`));
    expect(read).not.toThrow(/hunter2/);
  });
});
