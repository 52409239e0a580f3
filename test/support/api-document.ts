import type { OpenAPIObject } from '@nestjs/swagger';
import type { TestServer } from './server.js';

/** A schema of the document, as far as specs look into it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
}

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One operation of the admin API. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Below `/admin`, with its parameters in braces. */
  readonly path: string;
  /** The scope that it needs. */
  readonly right: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  /** The examples of its body, in the order of the document. */
  readonly examples: readonly object[];
  /** Its responses, with their examples. */
  readonly responses: Readonly<Record<string, { readonly example: unknown }>>;
}

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** The operations of the admin API, as the document of a server describes them. */
export async function operationsOf({ issuer }: TestServer): Promise<Operation[]> {
  const document = (await (await fetch(`${issuer}/docs-json`)).json()) as OpenAPIObject;
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const resolve = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''];
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/admin/'))
    .flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method];
        if (!operation) return [];
        const requestBody = operation.requestBody as { content: Record<string, Content> } | undefined;
        const content = requestBody?.content['application/json'];
        return [
          {
            id: operation.operationId ?? '',
            method: method.toUpperCase(),
            path: path.slice('/admin'.length),
            right: (operation as unknown as Record<'x-required-right', string>)['x-required-right'],
            parameters: (operation.parameters ?? []) as unknown as Parameter[],
            body: resolve(content?.schema),
            examples: Object.values(content?.examples ?? {}).map(({ value }) => value),
            responses: Object.fromEntries(
              Object.entries(operation.responses).map(([status, response]) => [
                status,
                {
                  example: (response as { content?: Record<string, Content> }).content?.[
                    status.startsWith('2') ? 'application/json' : 'application/problem+json'
                  ]?.example,
                },
              ]),
            ),
          },
        ];
      }),
    );
}

interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: object }>>;
}
