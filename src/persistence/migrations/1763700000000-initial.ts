import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from '../dialects/dialects.js';

/** One SQL text for SQLite and MySQL; text compares byte by byte on both, trailing spaces included. */
const tables: readonly string[] = [
  `CREATE TABLE clients (
    id varchar(36) NOT NULL PRIMARY KEY,
    client_id varchar(255) NOT NULL,
    client_name varchar(255) NOT NULL,
    application_type varchar(16) NOT NULL,
    redirect_uris text NOT NULL,
    post_logout_redirect_uris text NOT NULL,
    grant_types text NOT NULL,
    response_types text NOT NULL,
    token_endpoint_auth_method varchar(64) NOT NULL,
    scope text NOT NULL,
    id_token_signed_response_alg varchar(16) NOT NULL,
    default_max_age int NULL,
    require_auth_time boolean NOT NULL,
    client_uri varchar(2048) NULL,
    logo_uri varchar(2048) NULL,
    policy_uri varchar(2048) NULL,
    tos_uri varchar(2048) NULL,
    contacts text NOT NULL,
    access_token_format varchar(16) NOT NULL,
    require_pkce boolean NOT NULL,
    rotate_refresh_tokens boolean NOT NULL,
    introspects text NOT NULL,
    disabled_at bigint NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE TABLE client_secrets (
    id varchar(36) NOT NULL PRIMARY KEY,
    client_id varchar(255) NOT NULL,
    secret_hash varchar(43) NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NULL
  )`,
  `CREATE TABLE users (
    id varchar(36) NOT NULL PRIMARY KEY,
    username varchar(255) NOT NULL,
    username_key varchar(255) NOT NULL,
    administrator boolean NOT NULL,
    name varchar(255) NULL,
    given_name varchar(255) NULL,
    family_name varchar(255) NULL,
    middle_name varchar(255) NULL,
    nickname varchar(255) NULL,
    profile varchar(2048) NULL,
    picture varchar(2048) NULL,
    website varchar(2048) NULL,
    email varchar(320) NULL,
    email_verified boolean NOT NULL,
    gender varchar(64) NULL,
    birthdate varchar(10) NULL,
    zoneinfo varchar(64) NULL,
    locale varchar(35) NULL,
    phone_number varchar(32) NULL,
    phone_number_verified boolean NOT NULL,
    address text NULL,
    disabled_at bigint NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE TABLE credentials (
    id varchar(36) NOT NULL PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    kind varchar(16) NOT NULL,
    hash varchar(255) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE TABLE sessions (
    id varchar(36) NOT NULL PRIMARY KEY,
    token_hash varchar(43) NOT NULL,
    user_id varchar(36) NOT NULL,
    acr varchar(255) NOT NULL,
    amr text NOT NULL,
    authenticated_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    address varchar(45) NULL,
    user_agent varchar(512) NULL,
    ended_at bigint NULL
  )`,
  `CREATE TABLE consents (
    id varchar(36) NOT NULL PRIMARY KEY,
    user_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    scope text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE TABLE grants (
    id varchar(36) NOT NULL PRIMARY KEY,
    grant_type varchar(64) NOT NULL,
    client_id varchar(255) NOT NULL,
    user_id varchar(36) NULL,
    session_id varchar(36) NULL,
    scope text NOT NULL,
    offline boolean NOT NULL,
    auth_time bigint NULL,
    acr varchar(255) NULL,
    amr text NULL,
    claims text NULL,
    created_at bigint NOT NULL,
    expires_at bigint NULL,
    revoked_at bigint NULL,
    revoked_reason varchar(64) NULL
  )`,
  `CREATE TABLE authorization_codes (
    code_hash varchar(43) NOT NULL PRIMARY KEY,
    grant_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    redirect_uri text NOT NULL,
    redirect_uri_sent boolean NOT NULL,
    code_challenge varchar(128) NULL,
    nonce text NULL,
    expires_at bigint NOT NULL,
    consumed_at bigint NULL
  )`,
  `CREATE TABLE access_tokens (
    id varchar(36) NOT NULL PRIMARY KEY,
    token_hash varchar(43) NOT NULL,
    grant_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    user_id varchar(36) NULL,
    scope text NOT NULL,
    audience text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint NULL
  )`,
  `CREATE TABLE refresh_tokens (
    token_hash varchar(43) NOT NULL PRIMARY KEY,
    grant_id varchar(36) NOT NULL,
    client_id varchar(255) NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    consumed_at bigint NULL,
    successor_sealed varchar(128) NULL
  )`,
  `CREATE TABLE revoked_tokens (
    jti varchar(36) NOT NULL PRIMARY KEY,
    client_id varchar(255) NOT NULL,
    revoked_at bigint NOT NULL,
    expires_at bigint NOT NULL
  )`,
  `CREATE TABLE resources (
    id varchar(36) NOT NULL PRIMARY KEY,
    identifier varchar(512) NOT NULL,
    name varchar(255) NOT NULL,
    scopes text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
  )`,
  `CREATE TABLE signing_keys (
    kid varchar(64) NOT NULL PRIMARY KEY,
    alg varchar(16) NOT NULL,
    state varchar(16) NOT NULL,
    public_jwk text NOT NULL,
    private_jwk_sealed text NOT NULL,
    created_at bigint NOT NULL,
    activated_at bigint NULL,
    retired_at bigint NULL,
    expires_at bigint NULL
  )`,
  `CREATE TABLE used_jtis (
    jti_hash varchar(43) NOT NULL PRIMARY KEY,
    expires_at bigint NOT NULL
  )`,
  `CREATE TABLE pushed_requests (
    request_uri_hash varchar(43) NOT NULL PRIMARY KEY,
    client_id varchar(255) NOT NULL,
    parameters text NOT NULL,
    expires_at bigint NOT NULL,
    consumed_at bigint NULL
  )`,
  `CREATE TABLE device_codes (
    id varchar(36) NOT NULL PRIMARY KEY,
    device_code_hash varchar(43) NOT NULL,
    user_code_hash varchar(43) NOT NULL,
    client_id varchar(255) NOT NULL,
    scope text NOT NULL,
    state varchar(16) NOT NULL,
    grant_id varchar(36) NULL,
    poll_interval int NOT NULL,
    last_polled_at bigint NULL,
    expires_at bigint NOT NULL,
    consumed_at bigint NULL
  )`,
  `CREATE TABLE audit_events (
    id varchar(36) NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    event varchar(64) NOT NULL,
    actor varchar(255) NOT NULL,
    user_id varchar(36) NULL,
    client_id varchar(255) NULL,
    grant_id varchar(36) NULL,
    address varchar(45) NULL,
    detail text NULL
  )`,
  `CREATE TABLE throttles (
    key_hash varchar(43) NOT NULL PRIMARY KEY,
    attempts int NOT NULL,
    expires_at bigint NOT NULL
  )`,
  `CREATE TABLE leases (
    name varchar(64) NOT NULL PRIMARY KEY,
    holder varchar(36) NOT NULL,
    expires_at bigint NOT NULL
  )`,
];

/** table, columns, and whether their values stand once */
const indexes: readonly (readonly [string, string, boolean])[] = [
  ['clients', 'client_id', true],
  ['client_secrets', 'client_id', false],
  ['client_secrets', 'expires_at', false],
  ['users', 'username_key', true],
  ['credentials', 'user_id, kind', true],
  ['sessions', 'token_hash', true],
  ['sessions', 'user_id', false],
  ['sessions', 'expires_at', false],
  ['consents', 'user_id, client_id', true],
  ['consents', 'client_id', false],
  ['grants', 'client_id', false],
  ['grants', 'user_id', false],
  ['grants', 'expires_at', false],
  ['authorization_codes', 'grant_id', false],
  ['access_tokens', 'token_hash', true],
  ['access_tokens', 'grant_id', false],
  ['access_tokens', 'expires_at', false],
  ['refresh_tokens', 'grant_id', false],
  ['revoked_tokens', 'expires_at', false],
  ['resources', 'identifier', true],
  ['used_jtis', 'expires_at', false],
  ['pushed_requests', 'expires_at', false],
  ['device_codes', 'device_code_hash', true],
  ['device_codes', 'user_code_hash', true],
  ['device_codes', 'expires_at', false],
  ['audit_events', 'user_id', false],
  ['audit_events', 'client_id', false],
  ['throttles', 'expires_at', false],
];

export class Initial1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const suffix = await schemaOf(runner).tableOptions(runner);
    for (const table of tables) await runner.query(table + suffix);
    for (const [table, columns, unique] of indexes) {
      const name = `${table}_${columns.replaceAll(', ', '_')}`;
      await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} (${columns})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) {
      const name = /CREATE TABLE (\w+)/.exec(table)?.[1];
      await runner.query(`DROP TABLE ${name}`);
    }
  }
}
