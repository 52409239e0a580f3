import { Eta } from 'eta';

/** Of the page: it posts the name of the button to its own address, and can do nothing else. */
export const choicePageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
};

/**
 * The page on which a company signs somebody in. It asks for no password: everybody may choose who they are.
 *
 * @param {string} company
 * @param {string} protocol
 * @param {import('./people.mjs').Person[]} people
 */
export function choicePage(company, protocol, people) {
  return new Eta({ autoEscape: true }).renderString(
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title><%= it.company %></title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; }
      button { display: block; width: 100%; font: inherit; padding: 0.7rem; margin: 0.7rem 0; }
    </style>
  </head>
  <body>
    <main>
      <h1><%= it.company %></h1>
      <p>The identity provider of the company <%= it.company %>, by <%= it.protocol %>. Who are you?</p>
      <form method="post">
        <% for (const { id, name } of it.people) { %>
          <button name="person" value="<%= id %>"><%= name %></button>
        <% } %>
      </form>
    </main>
  </body>
</html>`,
    { company, protocol, people },
  );
}

/**
 * The person whose button was pressed, from the form in the body of a request.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('./people.mjs').Person[]} people
 */
export async function chosenPerson(request, people) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const id = new URLSearchParams(body).get('person');
  return people.find((person) => person.id === id);
}
