import { byId, elements, hidden } from '../support/markup.js';
import { renderContent } from '../support/rendering.js';
import { samples } from '../support/sample-pages.js';
import { verbatim } from '../../src/locales/message.js';
import { inEnglish } from '../../src/locales/translator.js';

function actions(page: string): string[] {
  return elements(page, 'form').map(({ attributes }) => `${attributes.method} ${attributes.action}`);
}

/** The buttons that people see. */
function buttons(page: string): string[] {
  const seen = elements(page, 'button').filter(({ attributes }) => !('hidden' in attributes));
  return seen.map(
    ({ attributes: { id, name, value } }) => `${id}${name === undefined ? '' : ` ${name}=${value}`}`,
  );
}

describe('sign-in page', () => {
  it('posts username and password to /login', () => {
    const page = renderContent('sign-in');
    expect(actions(page)).toEqual([
      'post /login',
      'post /login',
      'post /login/upstream',
      'post /login/upstream',
      'post /sign-up',
      'post /login/forgotten-password',
      'post /login/cancel',
    ]);
    expect(byId(page, 'username')?.attributes).toMatchObject({
      name: 'username',
      autocomplete: 'username webauthn',
      value: 'alice',
    });
    expect(byId(page, 'password')?.attributes).toMatchObject({
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
    });
    expect(buttons(page)).toEqual([
      'submit',
      'use-passkey',
      'upstream-acme upstream=acme',
      'by-address',
      'sign-up',
      'forgotten',
      'cancel',
    ]);
    expect(hidden(page, '_csrf')).toEqual(Array(7).fill('csrf-1'));
    expect(hidden(page, 'interaction')).toEqual(Array(7).fill('sealed-request'));
    expect(hidden(page, 'back')).toEqual(Array(6).fill('sealed-application'));
  });

  it('says what happened before, and links policy, terms and the application', () => {
    const page = renderContent('sign-in');
    expect(page).toContain('You were away for more than an hour');
    const hrefs = elements(page, 'a').map(({ attributes }) => attributes.href);
    for (const path of ['', 'privacy', 'terms'])
      expect(hrefs).toContain(`https://writer.example.com/${path}`);
  });

  it('offers to keep the person signed in where the server does', () => {
    expect(byId(renderContent('sign-in'), 'keep')?.attributes).not.toHaveProperty('checked');
    expect(byId(renderContent('sign-in', { csrfToken: 'c', keep: true }), 'keep')?.attributes).toHaveProperty(
      'checked',
    );
    expect(byId(renderContent('sign-in', { csrfToken: 'c' }), 'keep')).toBeUndefined();
  });

  it('tells why the last attempt failed and when the next is accepted', () => {
    const page = renderContent('sign-in');
    expect(page).toContain('The username or the password is wrong.');
    expect(page).toContain('You can try again in 2 minutes.');
  });

  it('without an authorization request has no interaction field and focuses the username', () => {
    const page = renderContent('sign-in', { csrfToken: 'csrf-1' });
    expect(hidden(page, 'interaction')).toEqual([]);
    expect(byId(page, 'username')?.attributes).toMatchObject({ value: '', autofocus: '' });
    expect(byId(page, 'password')?.attributes).not.toHaveProperty('autofocus');
    expect(page).not.toContain('undefined');
  });

  it('with a prefilled username focuses the password', () => {
    const page = renderContent('sign-in', { csrfToken: 'csrf-1', username: 'alice' });
    expect(byId(page, 'password')?.attributes).toHaveProperty('autofocus');
    expect(byId(page, 'username')?.attributes).not.toHaveProperty('autofocus');
  });
});

describe('consent page', () => {
  const page = renderContent('consent');

  it('names the client, the redirect host, the resource owner and each scope in words', () => {
    for (const text of ['MessageWriter', '127.0.0.1:4000', 'Alice Adams', 'Read your contacts']) {
      expect(page).toContain(text);
    }
    expect(page).toContain('You will be sent back to');
  });

  it('offers to deny, to allow and to switch, and decides nothing when Enter chooses', () => {
    expect(actions(page)).toEqual(['post /consent']);
    expect(buttons(page)).toEqual(['deny decision=deny', 'allow decision=allow', 'switch decision=switch']);
    expect(elements(page, 'button')[0]?.attributes).toEqual({
      type: 'submit',
      formmethod: 'dialog',
      hidden: '',
    });
    expect(hidden(page, '_csrf')).toEqual(['csrf-1']);
    expect(hidden(page, 'interaction')).toEqual(['sealed-request']);
  });

  it('groups scopes by the resource that they belong to, and names it', () => {
    const scope = (name: string, resource: string) => ({
      name,
      resource: verbatim(resource),
      description: verbatim(name),
      required: false,
      remembered: false,
      allowedByOrganization: false,
    });
    const html = renderContent('consent', {
      ...samples.consent,
      scopes: [scope('a', 'One'), scope('b', 'Two'), scope('c', 'One')],
    });
    const order = [...html.matchAll(/<bdi>(One|Two)<\/bdi><\/h2>|name="scope" value="(\w)"/g)];
    expect(order.map(([, resource, name]) => resource ?? name)).toEqual(['One', 'a', 'c', 'Two', 'b']);
    expect(elements(html, 'div').filter(({ attributes }) => attributes.role === 'group')).toHaveLength(2);
  });

  it('lets every scope but the required ones be refused', () => {
    const boxes = elements(page, 'input').filter(({ attributes }) => attributes.type === 'checkbox');
    expect(boxes.map(({ attributes }) => [attributes.value, 'disabled' in attributes])).toEqual([
      [undefined, true],
      ['contacts.read', false],
      ['contacts.write', false],
    ]);
    expect(boxes.every(({ attributes }) => 'checked' in attributes)).toBe(true);
    expect(hidden(page, 'scope')).toEqual(['openid']);
  });

  it('marks what is always needed and what was allowed before', () => {
    expect(page.split('always needed')).toHaveLength(2);
    expect(page.split('allowed before')).toHaveLength(4);
  });

  it('links to what the client says about itself, in a new tab without a way back to this one', () => {
    const outward = elements(page, 'a').filter(({ attributes }) => attributes.target === '_blank');
    expect(outward.map(({ attributes }) => attributes.href)).toEqual([
      'https://writer.example.com/',
      'https://writer.example.com/privacy',
      'https://writer.example.com/terms',
    ]);
    for (const { attributes } of outward) expect(attributes.rel).toBe('noopener noreferrer');
    expect(elements(page, 'img').map(({ attributes }) => attributes.src)).toContain(
      'https://writer.example.com/logo.png',
    );
  });

  it('shows no link for a target that is not https', () => {
    const hostile = 'javascript:alert(1)';
    const guarded = renderContent('consent', {
      ...samples.consent,
      clientUri: verbatim(hostile),
      logoUri: verbatim('data:image/svg+xml,<svg/>'),
      policyUri: verbatim(hostile),
      tosUri: verbatim(hostile),
    });
    expect(guarded).not.toContain('javascript:');
    expect(guarded).not.toContain('data:');
    expect(guarded).not.toContain('_blank');
  });
});

describe('account choice page', () => {
  it('offers to go on as who is signed in, or as another', () => {
    const page = renderContent('select-account');
    expect(actions(page)).toEqual(['post /select-account']);
    expect(buttons(page)).toEqual([
      'account-1 choice=session-1',
      'account-2 choice=session-2',
      'other choice=other',
    ]);
    expect(hidden(page, '_csrf')).toEqual(['csrf-1']);
    expect(hidden(page, 'interaction')).toEqual(['sealed-request']);
  });

  it('without a request is the page of the account, and signs out of all accounts if there are several', () => {
    const own = { csrfToken: 'csrf-1', to: 'security', accounts: samples['select-account'].accounts };
    const page = renderContent('select-account', own);
    expect(actions(page)).toEqual(['post /account/switch', 'post /account/sign-out']);
    expect(hidden(page, 'to')).toEqual(['security']);
    expect(hidden(page, 'all')).toEqual(['on']);
    expect(page).not.toContain('undefined');
    const [first] = own.accounts;
    const single = renderContent('select-account', { ...own, accounts: first ? [first] : [] });
    expect(actions(single)).toEqual(['post /account/switch']);
  });
});

describe('error page', () => {
  it('shows message, code and reference, what to do and where to go on', () => {
    const { links, title, message: reason, advice, code, reference } = samples.error;
    const page = renderContent('error');
    for (const text of [title, reason, advice]) expect(page).toContain(inEnglish(text));
    for (const text of [code, reference]) expect(page).toContain(text);
    expect(elements(page, 'a').map(({ attributes }) => attributes.href)).toEqual(['/', links[0]?.href]);
    expect(page).not.toContain('Go back to where you came from');
    expect(actions(page)).toEqual(['post /logout']);
    expect(buttons(page)).toEqual(['sign-out decision=sign-out']);
  });

  it('without advice says to go back, and without links leads nowhere but home', () => {
    const page = renderContent('error', {
      title: verbatim('No'),
      code: 'invalid_request',
      message: verbatim('It is damaged.'),
    });
    expect(page).toContain('Go back to where you came from and try again.');
    expect(elements(page, 'a').map(({ attributes }) => attributes.href)).toEqual(['/']);
    expect(elements(page, 'form')).toEqual([]);
  });
});

describe('form_post page', () => {
  it('posts the response to the redirection URI and has a button for browsers without JavaScript', () => {
    const page = renderContent('form-post');
    expect(actions(page)).toEqual(['post https://writer.example.com/callback']);
    expect(hidden(page, 'code')).toEqual(['code-1']);
    expect(hidden(page, 'state')).toEqual(['state-1']);
    expect(buttons(page)).toEqual(['continue']);
  });
});

describe('home page', () => {
  it('names issuer and user, and links on', () => {
    const page = renderContent('home');
    expect(page).toContain('http://localhost:3000');
    expect(page).toContain('Alice Adams');
    expect(elements(page, 'a').map(({ attributes }) => attributes.href)).toEqual([
      '/',
      '/account',
      'https://docs.example.com/',
    ]);
  });
});

describe('sign-out pages', () => {
  it('asks before signing out, and stays when Enter chooses', () => {
    const page = renderContent('confirm-sign-out');
    expect(actions(page)).toEqual(['post /logout']);
    expect(hidden(page, '_csrf')).toEqual(['csrf-1']);
    expect(hidden(page, 'request')).toEqual(['sealed-logout']);
    expect(buttons(page)).toEqual([
      'stay decision=stay',
      'sign-out decision=sign-out',
      'sign-out-all decision=sign-out-all',
    ]);
    expect(page).toContain('<li><bdi>Alice Adams (work)</bdi></li>');
  });

  it('without a client or a request asks all the same', () => {
    const page = renderContent('confirm-sign-out', { csrfToken: 'csrf-1' });
    expect(hidden(page, 'request')).toEqual([]);
    expect(page).not.toContain('undefined');
  });

  it('says that the session has ended, with and without a client', () => {
    expect(renderContent('signed-out')).toContain('MessageWriter');
    expect(renderContent('signed-out', {})).not.toContain('undefined');
  });
});

describe('message page', () => {
  it('shows title, text and links', () => {
    const page = renderContent('message');
    expect(page).toContain('has no access. You can close this page.');
    expect(elements(page, 'a').map(({ attributes }) => attributes.href)).toEqual(['/', '/']);
    expect(renderContent('message', { title: verbatim('a'), text: verbatim('b') })).not.toContain('<ul');
  });
});

describe('the page of a further factor', () => {
  const page = { ...samples['further-factor'], others: [] };

  it('asks for the mailed code, and offers another one', () => {
    const html = renderContent('further-factor', page);
    expect(html).toContain('mailed to <strong><bdi>a…@example.com</bdi></strong>');
    expect(byId(html, 'code')?.attributes).toMatchObject({
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
    });
    expect(buttons(html)).toEqual(['submit', 'use-passkey', 'other-email-code']);
    expect(html).toContain('Send another code');
  });

  it('asks for no code that could not be mailed', () => {
    const html = renderContent('further-factor', { ...page, mailedCode: undefined });
    expect(byId(html, 'code')).toBeUndefined();
    expect(byId(html, 'other-email-code')).toBeDefined();
  });
});
