import { learnsSubjectsByRedirection, type SubjectRecipient } from '../../src/protocol/sector.js';

const site: SubjectRecipient = {
  redirect_uris: ['https://site.example.com/callback'],
  grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
};

describe('F3 where a client learns subjects', () => {
  it.each<[string, Partial<SubjectRecipient>]>([
    ['https redirection URIs', {}],
    [
      'https redirection URIs at several hosts',
      { redirect_uris: ['https://a.example/', 'https://b.example/'] },
    ],
    ['a logout URI at their host', { backchannel_logout_uri: 'https://site.example.com:8443/logout' }],
    ['no logout URI', { backchannel_logout_uri: null }],
    ['no grants', { grant_types: [] }],
  ])('F3 with %s is at its redirection URIs only', (_what, changes) => {
    expect(learnsSubjectsByRedirection({ ...site, ...changes })).toBe(true);
  });

  it.each<[string, Partial<SubjectRecipient>]>([
    ['no redirection URI', { redirect_uris: [] }],
    [
      'a redirection URI on loopback',
      { redirect_uris: [...site.redirect_uris, 'http://localhost/callback'] },
    ],
    ['a private-use scheme', { redirect_uris: ['com.example.site://site.example.com/callback'] }],
    ['the device grant', { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] }],
    ['a grant that is not known here', { grant_types: [...site.grant_types, 'urn:example:grant'] }],
    ['a logout URI elsewhere', { backchannel_logout_uri: 'https://elsewhere.example.com/logout' }],
    ['a logout URI over http', { backchannel_logout_uri: 'http://site.example.com/logout' }],
  ])('F3 with %s is elsewhere too', (_what, changes) => {
    expect(learnsSubjectsByRedirection({ ...site, ...changes })).toBe(false);
  });
});
