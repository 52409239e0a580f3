import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Nginx {
  stop(): Promise<void>;
}

/**
 * Starts nginx in front of a server on loopback, with the default size of every buffer.
 *
 * @param port on which it serves
 * @param upstream the port of the server behind it
 * @throws {Error} with what nginx printed, when it does not start
 */
export async function startNginx(port: number, upstream: number): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-nginx-'));
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, port, upstream));
  const nginx = spawn('nginx', ['-p', folder, '-c', file, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(nginx, 'close');
  let log = '';
  await new Promise<void>((resolve, reject) => {
    nginx.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('start worker process ')) resolve();
    });
    nginx.once('error', reject).once('close', () => reject(new Error(`nginx ended: ${log}`)));
  });
  return {
    stop: async () => {
      nginx.kill();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const configuration = (folder: string, port: number, upstream: number): string => `
daemon off;
user root;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
