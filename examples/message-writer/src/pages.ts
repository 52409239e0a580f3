import type { Connection } from './authorization.js';
import type { Contact } from './contact-saver.js';
import { type Html, html } from './html.js';
import type { Problem } from './problem.js';
import type { Step } from './sessions.js';

/** @param notice what happened before, if anything */
export function welcomePage(notice: string | undefined): string {
  return page(
    'Welcome',
    html`${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
      <section class="card hero">
        <p class="link-up" aria-hidden="true">
          <span class="badge ours">M</span><i></i><span class="badge theirs">C</span>
        </p>
        <h1>Write to the people you know</h1>
        <p class="lead">
          Your contacts are at <strong>ContactSaver</strong>. Let MessageWriter read them there, and write
          without looking up addresses. Your password stays with you.
        </p>
        <p><a class="button primary" id="connect" href="/connect">Connect ContactSaver</a></p>
        <ul class="promises">
          <li>You sign in at Eyrie, not here</li>
          <li>You choose what MessageWriter may see</li>
          <li>You can withdraw access at any time</li>
        </ul>
      </section>`,
  );
}

/** The contents of the page for a connected person. */
export interface ConnectedPage {
  readonly connection: Connection;
  readonly contacts: readonly Contact[];
  readonly steps: readonly Step[];
  /** The page where resource owners see and withdraw what they have granted. */
  readonly accountUrl: string;
}

export function connectedPage({ connection, contacts, steps, accountUrl }: ConnectedPage): string {
  const { name, scopes, expiresAt, refreshToken } = connection;
  return page(
    'Contacts',
    html`<section class="card">
        <h1>${name === undefined ? 'Your contacts' : `${name}’s contacts`}</h1>
        <p class="lead">Read from ContactSaver with an access token, not with a password.</p>
        <ul class="contacts" id="contacts">
          ${contacts.map(contactItem)}
        </ul>
        <div class="buttons">
          ${button('/contacts/read', 'read', 'Read contacts again', 'primary')}
          ${refreshToken === undefined ? undefined : button('/refresh', 'refresh', 'Refresh the token', 'plain')}
          ${button('/disconnect', 'disconnect', 'Disconnect', 'danger')}
        </div>
      </section>
      <section class="card">
        <h2>The connection</h2>
        <dl>
          <div>
            <dt>Allowed</dt>
            <dd>${scopes.map((scope) => html`<code>${scope}</code> `)}</dd>
          </div>
          <div>
            <dt>Access token</dt>
            <dd>valid until ${time(new Date(expiresAt))}</dd>
          </div>
          <div>
            <dt>To end it</dt>
            <dd>
              disconnect here, or withdraw it in
              <a id="account" href="${accountUrl}">your Eyrie account</a> and read the contacts again
            </dd>
          </div>
        </dl>
        <h2>What happened</h2>
        <ol class="steps" id="steps">
          ${steps.map(({ at, text }) => html`<li>${time(at)} <span>${text}</span></li>`)}
        </ol>
      </section>`,
  );
}

export function problemPage({ title, message, details }: Problem): string {
  return page(
    title,
    html`<section class="card problem" role="alert">
      <h1>${title}</h1>
      <p class="lead">${message}</p>
      ${details.map((detail) => html`<p class="detail"><code>${detail}</code></p>`)}
      <div class="buttons">
        <a class="button primary" id="connect" href="/connect">Connect ContactSaver</a>
        <a class="button plain" href="/">To the first page</a>
      </div>
    </section>`,
  );
}

function contactItem({ name, email }: Contact): Html {
  return html`<li>
    <span class="badge" aria-hidden="true">${name.charAt(0).toUpperCase()}</span>
    <span><strong>${name}</strong><br /><a href="mailto:${email}">${email}</a></span>
  </li>`;
}

function button(action: string, id: string, label: string, kind: 'primary' | 'plain' | 'danger'): Html {
  return html`<form method="post" action="${action}">
    <button type="submit" id="${id}" class="button ${kind}">${label}</button>
  </form>`;
}

function time(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${at.toLocaleTimeString('en-GB')}</time>`;
}

function page(title: string, main: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title} · MessageWriter</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <a href="/"><span class="badge ours" aria-hidden="true">M</span> MessageWriter</a>
        </header>
        <main>${main}</main>
        <footer>An example of a client. It asks for access and never sees a password.</footer>
      </body>
    </html>`.text;
}
