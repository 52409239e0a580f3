// Serves web applications, each with a library that signs people in. Runs outside the repository, where these libraries are installed.
//
//   node run.mjs '[{ "name": "passport-openidconnect", "issuer": …, "origin": …, "clientId": …, "secret": … }]'
import { once } from 'node:events';
import { createServer } from 'node:http';

for (const { name, ...settings } of JSON.parse(process.argv[2])) {
  const { createApp } = await import(`./${name}.mjs`);
  const server = createServer(await createApp(settings));
  await once(server.listen(new URL(settings.origin).port, '127.0.0.1'), 'listening');
}
console.log('serving');
