const TOKENS_OF_A_GRANT = 10;

/**
 * So many token rows, and a tenth as many people. Each has one session, one consent, one grant, five access tokens and five refresh tokens.
 * One of each was made every second.
 *
 * @param {number} count
 * @returns {import('./fill.mjs').Rows}
 */
export const tokenRows = (count) => (engine) =>
  tables(engine, Math.max(1, Math.floor(count / TOKENS_OF_A_GRANT))).map(({ share, ...one }) => ({
    ...one,
    count: Math.floor(count * share),
  }));

function tables({ id, hash, concat }, people) {
  const person = `n % ${people}`;
  const name = concat("'person-'", 'n');
  const email = concat(name, "'@example.com'");
  const ofGrant = { grant_id: id(person), token_hash: hash };
  const ofUser = { id: id('n'), user_id: id('n') };
  return [
    {
      table: 'users',
      share: 1 / TOKENS_OF_A_GRANT,
      columns: {
        id: id('n'),
        username: name,
        username_key: name,
        email,
        email_key: email,
        verified_email_key: email,
        created_at: 't.created_at - n',
      },
    },
    { table: 'credentials', share: 1 / TOKENS_OF_A_GRANT, columns: ofUser },
    { table: 'sessions', share: 1 / TOKENS_OF_A_GRANT, columns: { ...ofUser, token_hash: hash } },
    { table: 'consents', share: 1 / TOKENS_OF_A_GRANT, columns: ofUser },
    {
      table: 'grants',
      share: 1 / TOKENS_OF_A_GRANT,
      columns: { ...ofUser, session_id: id('n'), created_at: 't.created_at - n' },
    },
    {
      table: 'access_tokens',
      share: 1 / 2,
      columns: { ...ofGrant, id: id('n'), user_id: id(person), issued_at: 't.issued_at - n' },
    },
    { table: 'refresh_tokens', share: 1 / 2, columns: ofGrant },
  ];
}
