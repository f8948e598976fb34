import type { EdgeWorld } from './edge.fixture.ts';
import type { Named, Schema } from './values-of.ts';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

/** One operation of a service, as its OpenAPI document describes it. */
export interface Operation {
  readonly service: string;
  /** `GET /users/{id}` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly isUpload: boolean;
  /** What it answers when all is well. */
  readonly answer: Schema | undefined;
  readonly named: Named;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly 'x-access': readonly string[];
            readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
            readonly requestBody?: Content;
            readonly responses: Readonly<Record<string, Content>>;
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Named };
}

/** Every operation of the service. */
export async function operationsOf(world: EdgeWorld, service: string): Promise<Operation[]> {
  const { text } = await world.send(service, 'GET', '/docs-json');
  const document: Document = JSON.parse(text);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const bodies = Object.entries(operation.requestBody?.content ?? {});
      const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
      return {
        service,
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        access: operation['x-access'],
        parameters: (operation.parameters ?? []).flatMap((parameter) => ('$ref' in parameter ? [] : [parameter])),
        body: bodies[0]?.[1].schema,
        isUpload: bodies.some(([type]) => type === 'multipart/form-data'),
        answer: Object.values(success?.content ?? {})[0]?.schema,
        named: document.components.schemas,
      };
    }),
  );
}

/** The address with these path and query values, each written as a URL wants it. */
export function urlOf(
  operation: Operation,
  path: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>> = {},
): string {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? 'none'));
  const search = new URLSearchParams(query).toString();
  return search === '' ? filled : `${filled}?${search}`;
}
