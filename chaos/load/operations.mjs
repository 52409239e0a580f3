import { clientCredentials } from './client-credentials.mjs';
import { clientSecret } from './client-secret.mjs';
import { codeFlow } from './code-flow.mjs';
import { introspection } from './introspection.mjs';
import { keyRotation } from './key-rotation.mjs';
import { refresh } from './refresh.mjs';
import { revocation } from './revocation.mjs';
import { signIn } from './sign-in.mjs';
import { userChange } from './user-change.mjs';
import { userinfo } from './userinfo.mjs';
import { withdrawal } from './withdrawal.mjs';

/** What the clients do: `{ name, weight, run(client) }`. Each is done as often as its weight says. */
export const operations = [
  refresh,
  clientCredentials,
  introspection,
  codeFlow,
  userinfo,
  userChange,
  revocation,
  signIn,
  clientSecret,
  withdrawal,
  keyRotation,
];
