import { hash } from '@node-rs/argon2';
import { AdminCaller, itemsOf } from '../../support/admin-caller.js';
import { RelyingParty } from '../../support/relying-party.js';
import { messageWriter, useServer } from '../../support/server.js';
import { importUsers, jsonLines, lines } from '../../support/user-jobs.js';

describe('An import of users', () => {
  const server = useServer({}, { clients: [messageWriter] });
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    await admin.post('/groups', { name: 'writers' });
    await admin.post('/groups', { name: 'readers' });
    await admin.post('/roles', { name: 'editor' });
    await admin.post('/roles', { name: 'sender', client_id: 'message-writer' });
  });

  const userNamed = async (username: string): Promise<Record<string, unknown>> => {
    const [user] = itemsOf(await admin.get(`/users?username=${encodeURIComponent(username)}`));
    return user ?? {};
  };
  const membershipsOf = async (username: string): Promise<unknown> => {
    const { body } = await admin.get(`/users/${String((await userNamed(username))['id'])}/memberships`);
    return {
      groups: (body['groups'] as { name: string }[]).map(({ name }) => name).toSorted(),
      roles: (body['roles'] as { name: string }[]).map(({ name }) => name).toSorted(),
    };
  };

  it('of CSV creates a user a row, with what the columns say', async () => {
    const passwordHash = await hash('correct horse battery', { memoryCost: 64, timeCost: 1 });
    const job = await importUsers(
      admin,
      '\uFEFFusername,email,email_verified,name,phone_number,locale,address,groups,roles,disabled,password_hash\r\n' +
        `ada,ada@example.com,TRUE,"Ada, Countess",'+41 44 668 18 00,de-CH,"{""locality"":""Zurich""}",writers;readers,"[""editor"",{""name"":""sender"",""client_id"":""message-writer""}]",,"${passwordHash}"\r\n` +
        'bob,,,Bob,,,,,,true,\r\n',
    );

    expect(job).toMatchObject({
      kind: 'user_import',
      state: 'succeeded',
      total: 2,
      done: 2,
      created: 2,
      updated: 0,
      skipped: 0,
      refused: 0,
      errors: [],
      started_by: `client:${admin.clientId}`,
    });
    expect(await userNamed('ada')).toMatchObject({
      email: 'ada@example.com',
      email_verified: true,
      name: 'Ada, Countess',
      phone_number: '+41 44 668 18 00',
      locale: 'de-CH',
      address: { locality: 'Zurich' },
      disabled_at: null,
    });
    expect(await membershipsOf('ada')).toEqual({
      groups: ['readers', 'writers'],
      roles: ['editor', 'sender'],
    });
    expect(await userNamed('bob')).toMatchObject({
      name: 'Bob',
      email: null,
      disabled_at: expect.any(Number),
    });
  });

  it('lets somebody sign in with the password that another service had hashed', async () => {
    const party = await RelyingParty.register(server);

    const { code } = await party.authorize({}, { username: 'ada', password: 'correct horse battery' });
    expect(code).toBeTruthy();
  });

  it('records the creation of each user, by whoever started the import', async () => {
    const { id } = await userNamed('ada');
    const events = itemsOf(await admin.get(`/audit-events?user_id=${String(id)}`));

    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['user.created', 'group.member_added', 'role.given']),
    );
    expect(events.find(({ event }) => event === 'user.created')).toMatchObject({
      actor: `client:${admin.clientId}`,
      address: '127.0.0.1',
    });
  });

  it('of JSON lines that skips users who exist says so', async () => {
    const job = await importUsers(admin, lines({ username: 'ADA', name: 'Else' }, { username: 'carl' }), {
      type: jsonLines,
    });

    expect(job).toMatchObject({ state: 'succeeded', created: 1, skipped: 1, updated: 0 });
    expect(await userNamed('ada')).toMatchObject({ name: 'Ada, Countess' });
  });

  it('that upserts changes what a row has, and leaves the rest', async () => {
    const job = await importUsers(
      admin,
      lines(
        { username: 'ada', given_name: 'Ada', groups: ['readers'], roles: [] },
        { username: 'bob', disabled: false },
        { username: 'carl', name: null },
      ),
      { type: jsonLines, query: '?mode=upsert' },
    );

    expect(job).toMatchObject({ state: 'succeeded', created: 0, updated: 2, skipped: 1, refused: 0 });
    expect(await userNamed('ada')).toMatchObject({ name: 'Ada, Countess', given_name: 'Ada' });
    expect(await membershipsOf('ada')).toEqual({ groups: ['readers'], roles: [] });
    expect(await userNamed('bob')).toMatchObject({ disabled_at: null });
  });

  it('refuses rows by the rules of single users, with their lines and members, and imports the others', async () => {
    const job = await importUsers(
      admin,
      [
        '{"username":"dora","email":"nonsense"}',
        'not JSON',
        '{"username":"dora","password":"correct horse battery"}',
        '',
        '{"username":"d\\u200bora"}',
        '{"username":"dora","groups":["nobody"]}',
        '{"username":"dora","password_hash":"plain"}',
        '{"username":"dave","email":"ADA@example.com","email_verified":true}',
        '{"username":"ada@example.com"}',
        '[]',
        '{"username":"dora","name":"Dora"}',
        '{"username":"nul","groups":["\\u0000"]}',
        `{"username":"deep","address":${'['.repeat(40)}${']'.repeat(40)}}`,
      ].join('\n'),
      { type: jsonLines },
    );

    expect(job).toMatchObject({ state: 'succeeded', total: 12, done: 12, created: 1, refused: 11 });
    expect(
      (job['errors'] as { line: number; member: string }[]).map(({ line, member }) => [line, member]),
    ).toEqual([
      [1, 'email'],
      [2, null],
      [3, 'password'],
      [5, 'username'],
      [6, 'groups'],
      [7, 'password_hash'],
      [8, null],
      [9, null],
      [10, null],
      [12, null],
      [13, null],
    ]);
    expect(await userNamed('dora')).toMatchObject({ name: 'Dora' });
    const csv = await admin.get(`/jobs/${String(job['id'])}/errors?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text.split('\n')).toHaveLength(13);
    expect(csv.text).toContain('another user has this verified e-mail address');
    const jsonl = await admin.get(`/jobs/${String(job['id'])}/errors`);
    expect(jsonl.text.trim().split('\n')).toHaveLength(11);
  });

  it('that is a dry run says what would happen, and keeps nothing of it', async () => {
    const job = await importUsers(
      admin,
      lines(
        { username: 'eve' },
        { username: 'EVE' },
        { username: 'ada', name: 'Ada' },
        { username: 'x', age: 1 },
      ),
      { type: jsonLines, query: '?mode=upsert&dry_run=true' },
    );

    expect(job).toMatchObject({ dry_run: true, created: 1, skipped: 1, updated: 1, refused: 1 });
    expect(await userNamed('eve')).toEqual({});
    expect(await userNamed('ada')).toMatchObject({ name: 'Ada, Countess' });
  });

  it.each([
    ['an unknown column', 'text/csv', 'username,shoe_size\nx,1\n', 400],
    ['no column username', 'text/csv', 'name\nx\n', 400],
    ['a column twice', 'text/csv', 'username,username\nx,y\n', 400],
    ['a quote that is not closed', 'text/csv', 'username\n"x\n', 400],
    ['no row', 'text/csv', 'username\n', 400],
    ['nothing', jsonLines, '', 400],
    ['a line without end', jsonLines, `{"username":"${'x'.repeat(20_000)}"}`, 400],
    ['another media type', 'application/json', '{}', 415],
    ['another media type', 'text/plain', 'username\nx\n', 415],
  ])('of a file with %s is refused (%s)', async (_what, type, content, status) => {
    const before = itemsOf(await admin.get('/jobs')).length;
    const answer = await admin.postFile('/user-imports', content, type);

    expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
    expect(itemsOf(await admin.get('/jobs'))).toHaveLength(before);
  });

  it('of a file that is not encoded in UTF-8 is refused', async () => {
    const answer = await admin.postFile(
      '/user-imports',
      new Uint8Array(Buffer.from('username\nM\xfcller\n', 'latin1')),
    );

    expect(answer).toMatchObject({ status: 400, body: { message: 'the file is not encoded in UTF-8' } });
  });

  it('of a file that is too large is refused', async () => {
    const row = `${'x'.repeat(1_000)}\n`;
    const answer = await admin.postFile('/user-imports', `username\n${row.repeat(34_000)}`);

    expect(answer.status).toBe(413);
  });

  it('refuses unknown parameters', async () => {
    expect((await admin.postFile('/user-imports?mode=replace', 'username\nx\n')).status).toBe(400);
    expect((await admin.postFile('/user-imports?color=red', 'username\nx\n')).status).toBe(400);
    expect((await admin.postFile('/users', 'username\nx\n')).status).toBe(415);
  });
});
