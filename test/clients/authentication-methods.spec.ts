import type { AuthenticationMethod } from '../../src/clients/authentication/method.js';
import { AuthenticationMethods } from '../../src/clients/authentication/methods.js';
import { SelfSignedTlsClientAuth } from '../../src/clients/authentication/self-signed-tls-client-auth.js';
import { TlsClientAuth } from '../../src/clients/authentication/tls-client-auth.js';
import { readSettings } from '../../src/config/settings.js';

const proxied = {
  EYRIE_MTLS: 'on',
  EYRIE_MTLS_HEADER: 'x-client-cert',
  EYRIE_TRUSTED_PROXIES: '127.0.0.1',
};

describe('The client authentication methods on offer', () => {
  it.each<
    [settings: string, environment: Record<string, string>, byAuthority: boolean, bySelfSigned: boolean]
  >([
    ['without mutual TLS', {}, false, false],
    ['with mutual TLS and no authorities', proxied, false, true],
    ['with a proxy that verifies all certificates', { ...proxied, EYRIE_MTLS_CA: 'proxy' }, true, false],
    ['with authorities in a file', { ...proxied, EYRIE_MTLS_CA: 'authorities.pem' }, true, true],
  ])(
    '%s: tls_client_auth %3$s, self_signed_tls_client_auth %4$s',
    (_settings, environment, tls, selfSigned) => {
      const settings = readSettings(environment);

      expect(TlsClientAuth.prototype.isOffered(settings)).toBe(tls);
      expect(SelfSignedTlsClientAuth.prototype.isOffered(settings)).toBe(selfSigned);
    },
  );

  it('are those that the settings do not turn off, in the order of the list', () => {
    const none = { name: 'none', recognises: () => true } as const;
    const post = { name: 'client_secret_post', find: () => undefined } as const;
    const certificate = { ...none, name: 'tls_client_auth', isOffered: () => false } as const;
    const all: AuthenticationMethod[] = [post, certificate, none];
    const methods = new AuthenticationMethods(all, readSettings({}));

    expect(methods.offered).toEqual(['client_secret_post', 'none']);
    expect(methods.all).toEqual(all);
  });
});
