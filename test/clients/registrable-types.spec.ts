import { registrableTypes, type RegistrationTypes } from '../../src/clients/dynamic/registrable-types.js';

const device = 'urn:ietf:params:oauth:grant-type:device_code';
const codeOnly = { responseTypes: ['code'], mayActForItself: false };
const hybrid = { responseTypes: ['code', 'code id_token'], mayActForItself: false };
const trusted = { responseTypes: ['code'], mayActForItself: true };

describe('F5 the grant types and response types of a registration', () => {
  it.each<[string, RegistrationTypes, typeof codeOnly, RegistrationTypes]>([
    ['none', {}, codeOnly, {}],
    [
      'those that may be registered',
      { grant_types: ['authorization_code', 'refresh_token', device], response_types: ['code'] },
      codeOnly,
      { grant_types: ['authorization_code', 'refresh_token', device], response_types: ['code'] },
    ],
    [
      'an unknown grant type',
      { grant_types: ['authorization_code', 'password', '__proto__'] },
      codeOnly,
      { grant_types: ['authorization_code'] },
    ],
    [
      'client_credentials of nobody who is trusted',
      { grant_types: ['authorization_code', 'client_credentials'] },
      codeOnly,
      { grant_types: ['authorization_code'] },
    ],
    [
      'client_credentials of somebody who is trusted',
      { grant_types: ['client_credentials'] },
      trusted,
      { grant_types: ['client_credentials'] },
    ],
    [
      'a refresh token whose grant is left out',
      { grant_types: ['client_credentials', 'refresh_token'] },
      codeOnly,
      { grant_types: [] },
    ],
    [
      'a refresh token that never had a grant',
      { grant_types: ['refresh_token'] },
      codeOnly,
      { grant_types: ['refresh_token'] },
    ],
    [
      'backchannel requests, with which an application asks people on its own',
      { grant_types: ['authorization_code', 'urn:openid:params:grant-type:ciba'] },
      trusted,
      { grant_types: ['authorization_code'] },
    ],
    ['the implicit grant, which is off', { grant_types: ['implicit'] }, codeOnly, { grant_types: [] }],
    [
      'response types that are off, with the grant that they need',
      { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'id_token', 'token'] },
      codeOnly,
      { grant_types: ['authorization_code'], response_types: ['code'] },
    ],
    [
      'response types of which none is left: they follow from the grant types',
      { grant_types: ['authorization_code', 'implicit'], response_types: ['id_token token'] },
      hybrid,
      { grant_types: ['authorization_code'] },
    ],
    [
      'response types in another order',
      { grant_types: ['authorization_code', 'implicit'], response_types: ['id_token code'] },
      hybrid,
      { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token'] },
    ],
    [
      'one of two response types with tokens',
      { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token', 'id_token'] },
      hybrid,
      { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token'] },
    ],
    ['no response types, although that was said', { response_types: [] }, codeOnly, { response_types: [] }],
  ])('F5 %s', (_what, named, rules, left) => {
    expect(registrableTypes(named, rules)).toEqual(left);
  });
});
