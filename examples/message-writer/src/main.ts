import { createServer } from './server.js';
import { readSettings } from './settings.js';

try {
  const settings = readSettings(process.env);
  const server = await createServer(settings);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
  await server.listen({ port: settings.port, host: '127.0.0.1' });
  console.log(`MessageWriter serves ${settings.origin}`);
} catch (error) {
  console.error(`message-writer: ${(error as Error).message}`);
  process.exitCode = 1;
}
