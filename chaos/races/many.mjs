/** The same request so many times at once, each at a replica by chance. */
export const ways = 20;

export const manyAtOnce = (request) => Promise.all(Array.from({ length: ways }, request));

export const succeeded = (answers) => answers.filter(({ status }) => status === 200);
export const refused = (answers) =>
  answers.filter(({ status, body }) => status === 400 && body.error === 'invalid_grant');
