/** The OpenAPI 3.1 description of REST `/v1`, made from the contract when it is first asked for. */
import type { OpenAPI } from '@orpc/contract'
import { z } from 'zod'
import { contract } from '#shared/contract/contract'
import { Failure } from '#shared/failure'

const schemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A token of Settings › Tokens, or ATLAS_TOKEN.' },
  session: { type: 'apiKey', in: 'cookie', name: 'atlas_session', description: 'A signed-in browser; changes need X-Atlas: 1.' },
} as const satisfies Record<string, OpenAPI.SecuritySchemeObject>

const tenant: OpenAPI.ParameterObject = {
  name: 'X-Tenant-Id',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The tenant; implied by a token, which is of one tenant.',
}
const tenantRef = { $ref: '#/components/parameters/Tenant' }
const failureRef = { $ref: '#/components/responses/Failure' }

/** Procedures that concern the installation and no tenant. */
const ofInstallation = /^(tenants|tokens|providers)\.|^system\.(health|about|vault|unlockVault|lockVault|changePassphrase|news)$/

function textOf(type: string, description: string): OpenAPI.ResponsesObject {
  return { 200: { description, content: { [type]: { schema: { type: 'string' } } } }, default: failureRef }
}

function queryOf(name: string): OpenAPI.ParameterObject {
  return { name, in: 'query', schema: { type: 'string' } }
}

/** Served beside the contract, since they answer no JSON of a procedure. */
const besides: Readonly<Record<string, Partial<Record<'get' | 'post', OpenAPI.OperationObject>>>> = {
  '/billing/webhook': {
    post: {
      operationId: 'billing.webhook',
      tags: ['billing'],
      summary: 'Events of a payment service, proven by the signature over the body; 200 once they are durable',
      security: [],
      parameters: [
        tenantRef,
        queryOf('tenant'),
        { name: 'Stripe-Signature', in: 'header', required: true, schema: { type: 'string' } },
      ],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        200: { description: 'Taken, or taken before', content: { 'application/json': { schema: { type: 'object' } } } },
        default: failureRef,
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'description',
      summary: 'This description',
      security: [],
      responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } },
    },
  },
  '/audit/export': {
    get: {
      operationId: 'audit.export',
      tags: ['audit'],
      summary: 'The audit log as a file, with the filters of GET /audit',
      parameters: [
        tenantRef,
        ...['from', 'to', 'actor', 'action', 'outcome', 'target', 'text', 'tenantId'].map((name) => queryOf(name)),
        { ...queryOf('format'), schema: { type: 'string', enum: ['jsonl', 'csv'], default: 'jsonl' } },
      ],
      responses: textOf('application/x-ndjson', 'One event a line, then the signed checkpoints'),
    },
  },
  '/metrics': {
    get: { operationId: 'metrics', summary: 'Counters and gauges', responses: textOf('text/plain', 'Prometheus text') },
  },
}

/** Adds what holds for every operation and is written in none: the tenant's header and the one shape of failures. */
function completed(operation: OpenAPI.OperationObject): OpenAPI.OperationObject {
  const id = operation.operationId ?? ''
  return {
    ...operation,
    tags: [id.split('.')[0] ?? id],
    parameters: [...(operation.parameters ?? []), ...(ofInstallation.test(id) ? [] : [tenantRef])],
    ...(id === 'system.health' ? { security: [] } : {}),
    responses: { ...operation.responses, default: failureRef },
  }
}

function completedPath(path: object | undefined): Record<string, OpenAPI.OperationObject> {
  const operations = Object.entries(path ?? {}) as [string, OpenAPI.OperationObject][]
  return Object.fromEntries(operations.map(([method, operation]) => [method, completed(operation)]))
}

async function generate(version: string, url: string): Promise<OpenAPI.Document> {
  const [{ OpenAPIGenerator }, { ZodToJsonSchemaConverter }] = await Promise.all([
    import('@orpc/openapi'),
    import('@orpc/zod/zod4'),
  ])
  const error = z.toJSONSchema(z.object({ error: Failure }), { target: 'draft-2020-12', io: 'output' })
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  return generator.generate(contract, {
    info: {
      title: 'Atlas UX Control Center',
      version,
      description:
        'Failures answer `{ error: { kind, message, action?, retryAfterMs?, fields? } }` with the status of their kind.',
    },
    servers: [{ url: `${url}/v1` }],
    security: [{ bearer: [] }, { session: [] }],
    components: {
      securitySchemes: schemes,
      parameters: { Tenant: tenant },
      schemas: { Error: error as OpenAPI.SchemaObject },
      responses: {
        Failure: {
          description: 'What went wrong, and who must act',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
  })
}

export function createOpenApi(version: string, url: () => string): () => Promise<unknown> {
  let made: Promise<unknown> | undefined
  async function make(): Promise<unknown> {
    const document = await generate(version, url())
    const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [path, completedPath(item)])
    return { ...document, paths: { ...Object.fromEntries(paths), ...besides } }
  }
  return () => {
    made ??= make()
    return made
  }
}
