/** Rows that mean nothing once their time is over. A grant takes what it issued along. */
export const expiringTables: readonly (readonly [table: string, key: string])[] = [
  ['access_tokens', 'id'],
  ['revoked_tokens', 'jti'],
  ['deleted_clients', 'id'],
  ['client_secrets', 'id'],
  ['sessions', 'id'],
  ['session_clients', 'session_id'],
  ['deliveries', 'id'],
  // Its rows have moved to `deliveries`; an earlier release may still write some.
  ['logout_deliveries', 'id'],
  ['mailed_links', 'token_hash'],
  ['email_codes', 'id'],
  ['used_jtis', 'jti_hash'],
  ['answered_interactions', 'id'],
  ['idempotency_keys', 'key_hash'],
  ['pushed_requests', 'request_uri_hash'],
  ['upstream_requests', 'state_hash'],
  ['device_codes', 'id'],
  ['initial_access_tokens', 'id'],
  ['scim_tokens', 'id'],
  ['throttles', 'key_hash'],
  ['refusals', 'reference'],
];
