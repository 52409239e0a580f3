import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse, parseAllDocuments } from 'yaml';
import { createProgram } from '../../src/commands/program.js';
import { commandsOf } from '../../src/commands/command-tree.js';
import { endpoints } from '../../src/config/endpoints.js';
import { readSettings, variableNames } from '../../src/config/settings.js';

const folder = 'deploy/kubernetes';
const load = createRequire(import.meta.url);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
interface Container {
  readonly command?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: object;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [Container];
  readonly securityContext: object;
  readonly volumes?: readonly object[];
}

const manifests = readdirSync(folder)
  .filter((name) => name !== 'kustomization.yaml')
  .flatMap((name) =>
    parseAllDocuments(readFileSync(`${folder}/${name}`, 'utf8')).map(
      (document) => [name, document.toJS() as Manifest] as const,
    ),
  );
const manifest = (kind: string): Manifest => {
  const found = manifests.find(([, candidate]) => candidate.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found[1];
};
const podOf = (kind: string): Pod =>
  (manifest(kind) as unknown as { spec: { template: { spec: Pod } } }).spec.template.spec;
const container = podOf('Deployment').containers[0];
const settings = (manifest('ConfigMap') as unknown as { data: Record<string, string> }).data;
const secrets = (manifest('Secret') as unknown as { stringData: Record<string, string> }).stringData;

/** The members of a value that nobody has read: what the schema of Kubernetes does not know. */
function unread(value: unknown, work: (watched: unknown) => void): string[] {
  const read = new Set<string>();
  const watch = (part: unknown, path: string): unknown =>
    typeof part === 'object' && part !== null
      ? new Proxy(part, {
          get: (target, name) => {
            const at = `${path}/${String(name)}`;
            read.add(at);
            return watch(Reflect.get(target, name), at);
          },
        })
      : part;
  work(watch(value, ''));
  const paths = (part: unknown, path: string): string[] =>
    typeof part !== 'object' || part === null
      ? []
      : Object.entries(part).flatMap(([name, below]) => {
          const at = `${path}/${name}`;
          return read.has(at) ? paths(below, at) : [at];
        });
  return paths(value, '');
}

/** What the schema of its kind says against a manifest. */
function violations({ apiVersion, kind, ...others }: Manifest): string[] {
  const models = load(`kubernetes-models/${apiVersion}`) as Record<string, new (data: object) => object>;
  const Model = models[kind];
  if (!Model) return [`${apiVersion} has no ${kind}`];
  const { validate } = Model.prototype as { validate: () => void };
  const unknown = unread({ apiVersion, kind, ...others }, (watched) => {
    // The values of the model, which its validation reads.
    validate.call(Object.setPrototypeOf(watched as object, Model.prototype));
  });
  return unknown.map((path) => `${path} is not a member of ${kind}`);
}

describe('The manifests for Kubernetes', () => {
  it.each(manifests)(
    '%s is valid by the schema of its kind, and has no member that the schema does not know',
    (_name, document) => {
      expect(violations(document)).toEqual([]);
    },
  );

  it('are refused where a member is misspelt or has the wrong type', () => {
    const budget = manifest('PodDisruptionBudget') as Manifest & { readonly spec: object };
    expect(violations({ ...budget, spec: { ...budget.spec, maxUnavailible: 1 } } as Manifest)).toEqual([
      '/spec/maxUnavailible is not a member of PodDisruptionBudget',
    ]);
    expect(() => violations({ ...budget, spec: { ...budget.spec, selector: 'eyrie' } } as Manifest)).toThrow(
      /selector/,
    );
  });

  it('are all applied together, but for the job and the example of a secret', () => {
    const { resources } = parse(readFileSync(`${folder}/kustomization.yaml`, 'utf8')) as {
      resources: string[];
    };
    const names = manifests.map(([name]) => name);
    expect(resources.toSorted()).toEqual(
      names.filter((name) => !['migration-job.yaml', 'secret.example.yaml'].includes(name)).toSorted(),
    );
  });

  it.each(['Deployment', 'Job'])('name only settings that exist: %s', (kind) => {
    const named = podOf(kind).containers[0].env.map(({ name }) => name);
    expect(named.filter((name) => !variableNames.includes(name))).toEqual([]);
    expect(Object.keys(settings).filter((name) => !variableNames.includes(name))).toEqual([]);
    expect(() => readSettings({ ...settings, EYRIE_SECRET: 'x'.repeat(32) })).not.toThrow();
  });

  it.each(['Deployment', 'Job'])('read every secret from a file that the secret has: %s', (kind) => {
    const { env, volumeMounts } = podOf(kind).containers[0];
    const mount = volumeMounts.find(({ name }) => name === 'secrets')?.mountPath;
    const files = Object.keys(secrets).map((name) => `${mount}/${name}`);
    expect(env.filter(({ name, value }) => !name.endsWith('_FILE') || !files.includes(value))).toEqual([]);
  });

  it.each(['Deployment', 'Job'])(
    'mount certificates of private authorities, if there are any: %s',
    (kind) => {
      const { volumes = [], containers } = podOf(kind);
      expect(volumes).toContainEqual({
        name: 'authorities',
        configMap: { name: 'eyrie-authorities', optional: true },
      });
      expect(containers[0].volumeMounts).toContainEqual({
        name: 'authorities',
        mountPath: '/etc/eyrie/authorities',
        readOnly: true,
      });
      expect(readFileSync('docs/kubernetes.md', 'utf8')).toContain('`/etc/eyrie/authorities`');
    },
  );

  it('let a replica call all that it has settings for, and names wherever they are answered', () => {
    const { egress } = (
      manifest('NetworkPolicy') as unknown as {
        spec: { egress: { to?: object; ports: { protocol: string; port: number }[] }[] };
      }
    ).spec;
    expect(egress.filter(({ to }) => to !== undefined)).toEqual([]);
    const allowed = egress.flatMap(({ ports }) => ports.map(({ protocol, port }) => `${protocol} ${port}`));
    expect(allowed.toSorted()).toEqual(
      [
        'UDP 53',
        'TCP 53',
        'UDP 5353',
        'TCP 5353',
        ...[3306, 5432, 443, 465, 587, 389, 636, 6514, 4318].map((port) => `TCP ${port}`),
      ].toSorted(),
    );
  });

  it('probe endpoints that exist, at the port of the image', () => {
    const { livenessProbe, readinessProbe, startupProbe, ports = [] } = container;
    expect([livenessProbe, readinessProbe, startupProbe].map((probe) => probe?.httpGet)).toEqual([
      { path: endpoints.live, port: 'http' },
      { path: endpoints.ready, port: 'http' },
      { path: endpoints.live, port: 'http' },
    ]);
    const [{ name, containerPort } = { name: '', containerPort: 0 }] = ports;
    expect({ name, containerPort }).toEqual({ name: 'http', containerPort: 3000 });
    expect(readFileSync('Dockerfile', 'utf8')).toContain(`EXPOSE ${containerPort}`);
  });

  it('give a replica the time that its end takes: EYRIE_SHUTDOWN_DELAY and ten seconds', () => {
    const { terminationGracePeriodSeconds } = podOf('Deployment');
    const { shutdownDelay } = readSettings({ ...settings, EYRIE_SECRET: 'x'.repeat(32) });
    expect(terminationGracePeriodSeconds).toBeGreaterThan(shutdownDelay + 10);
    expect(shutdownDelay).toBeGreaterThan(
      // As long as the readiness probe takes to notice.
      3 * 2,
    );
  });

  it.each(['Deployment', 'Job'])('run without rights on a file system that is read-only: %s', (kind) => {
    const pod = podOf(kind);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(pod.securityContext).not.toHaveProperty('runAsUser');
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('select the pods of the deployment, and call commands that exist', () => {
    const labels = { 'app.kubernetes.io/name': 'eyrie' };
    expect(manifest('Deployment')).toMatchObject({
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    });
    expect(manifest('Service')).toMatchObject({ spec: { selector: labels } });
    expect(manifest('PodDisruptionBudget')).toMatchObject({ spec: { selector: { matchLabels: labels } } });
    expect(manifest('NetworkPolicy')).toMatchObject({ spec: { podSelector: { matchLabels: labels } } });
    expect(manifest('HorizontalPodAutoscaler')).toMatchObject({
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'eyrie' } },
    });
    const [program, ...words] = podOf('Job').containers[0].command ?? [];
    expect(program).toBe('eyrie');
    expect(commandsOf(createProgram()).map(({ path }) => path)).toContainEqual(words);
  });

  it('serve the host of the issuer', () => {
    const { host } = new URL(settings['EYRIE_ISSUER'] ?? '');
    expect(manifest('Ingress')).toMatchObject({ spec: { rules: [{ host }], tls: [{ hosts: [host] }] } });
  });
});
