// The mailbox of the demo: takes every mail that Eyrie sends, and shows them on a page.
//
//   SMTP_PORT   where it takes mail
//   PORT        where it shows it
import { createServer } from 'node:http';
import { Eta } from 'eta';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const mostMails = 100;
const host = '127.0.0.1';

/** The newest first. */
const mails = [];

new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, _session, done) => {
    simpleParser(stream).then(({ to, subject, text }) => {
      mails.unshift({ to: to?.text ?? '', subject: subject ?? '', parts: splitAtUrls(text ?? '') });
      mails.length = Math.min(mails.length, mostMails);
      done();
    }, done);
  },
}).listen(Number(process.env.SMTP_PORT), host);

createServer((_request, response) => {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
  });
  response.end(page({ mails }));
}).listen(Number(process.env.PORT), host);

/** Text and the URLs in it, in turn. */
function splitAtUrls(text) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) => ({ part, isUrl: index % 2 === 1 }));
}

function page(data) {
  return new Eta({ autoEscape: true }).renderString(
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta http-equiv="refresh" content="2" />
    <title>Mailbox</title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
      article { border-top: 1px solid; padding: 1rem 0; }
      h2 { font-size: 1.1rem; margin: 0; }
      .text { white-space: pre-wrap; overflow-wrap: anywhere; }
    </style>
  </head>
  <body>
    <main>
      <h1>Mailbox</h1>
      <p>What Eyrie sends arrives here, and is shown at once.</p>
      <% for (const { to, subject, parts } of it.mails) { %>
      <article>
        <h2><%= subject %></h2>
        <p>To <%= to %></p>
        <p class="text"><% for (const { part, isUrl } of parts) { %><% if (isUrl) { %><a href="<%= part %>"><%= part %></a><% } else { %><%= part %><% } %><% } %></p>
      </article>
      <% } %>
      <% if (it.mails.length === 0) { %><p>No mail yet.</p><% } %>
    </main>
  </body>
</html>`,
    data,
  );
}
