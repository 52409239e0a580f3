import { byId, elements, hidden } from '../support/markup.js';
import { renderContent } from '../support/rendering.js';
import { samples } from '../support/sample-pages.js';

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

describe('account page', () => {
  const page = renderContent('account');

  it('gives every grant, every session and the sign-out a form of its own with the token', () => {
    expect(actions(page)).toEqual([
      'post /account/sign-out',
      'post /account/withdraw',
      'post /account/agents/stop',
      'post /account/sessions/revoke',
      'post /account/sessions/revoke',
      'post /account/sessions/revoke-others',
      'post /account/devices/forget',
    ]);
    expect(hidden(page, '_csrf')).toEqual(Array(7).fill('csrf-1'));
    expect(hidden(page, 'client_id')).toEqual(['message-writer']);
    expect(hidden(page, 'session_id')).toEqual(['session-1', 'session-2']);
    expect(buttons(page)).toEqual([
      'sign-out',
      'withdraw-message-writer',
      'stop-agents',
      'revoke-session-1',
      'revoke-session-2',
      'revoke-others',
      'forget-devices',
    ]);
    expect(byId(page, 'withdraw-message-writer')?.attributes.class).toContain('withdraw');
  });

  it('says what was done, where screen readers and the focus find it', () => {
    expect(byId(page, 'notice')?.attributes).toMatchObject({ role: 'status', tabindex: '-1', autofocus: '' });
  });

  it('does not offer to end other sessions where there is none', () => {
    const sessions = samples.account.sessions.filter(({ current }) => current);
    expect(byId(renderContent('account', { ...samples.account, sessions }), 'revoke-others')).toBeUndefined();
  });

  it('shows times in the time zone of the person', () => {
    const berlin = renderContent('account', { ...samples.account, timeZone: 'Europe/Berlin' });
    expect(berlin).toContain('<time datetime="2026-11-20T08:03:00.000Z">20 November 2026, 09:03 CET</time>');
  });

  it('shows times in UTC for people and for machines', () => {
    expect(page).toContain('<time datetime="2026-11-20T08:03:00.000Z">20 November 2026, 08:03 UTC</time>');
    expect(elements(page, 'time')).toHaveLength(10);
  });

  it('shows what waits for a decision, with a link to the page where it is made', () => {
    const hrefs = elements(page, 'a').map(({ attributes }) => attributes.href);
    expect(hrefs).toContain('/approval?request=request-1');
    expect(page).toContain('<bdi>W4SCT</bdi>');
  });

  it('shows what a session runs in, and which one is this', () => {
    expect(page).toContain('Firefox 131 on Linux');
    expect(page).toContain('Unknown browser');
    expect(page.split('this session')).toHaveLength(2);
  });

  it('marks agents, and says what they did, when and how often', () => {
    const text = page.replaceAll(/<[^>]+>/g, '');
    expect(page).toContain('MessageWriter</bdi> <span class="tag">Agent</span>');
    expect(text).toContain('ContactSaver checked its access to Contacts (12 times within the hour)');
    expect(text).toContain('Gateway used its access to go on to Calendar');
    expect(text).toContain('it got access to Contacts (2 times within the hour)');
  });

  it('offers to stop agents where one is active alone', () => {
    const [, stopped] = samples.account.agents;
    const former = renderContent('account', { ...samples.account, agents: stopped ? [stopped] : [] });
    expect(byId(former, 'stop-agents')).toBeUndefined();
    expect(byId(former, 'agents')).toBeDefined();
    expect(byId(renderContent('account', { ...samples.account, agents: [] }), 'agents')).toBeUndefined();
  });

  it('says so when nothing is granted', () => {
    const empty = renderContent('account', { ...samples.account, grants: [] });
    expect(empty).toContain('No application has access to your account.');
    expect(actions(empty)).not.toContain('post /account/withdraw');
  });
});
