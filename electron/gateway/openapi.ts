/** The OpenAPI 3.1 description of REST `/v1`, made from the contract when it is first asked for. */

import { z } from 'zod'
import { contract } from '#shared/contract/contract'
import { Failure } from '#shared/failure'

export function createOpenApi(version: string, url: () => string): () => Promise<unknown> {
  let made: Promise<unknown> | undefined
  async function make(): Promise<unknown> {
    const [{ OpenAPIGenerator }, { ZodToJsonSchemaConverter }] = await Promise.all([
      import('@orpc/openapi'),
      import('@orpc/zod/zod4'),
    ])
    const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
    const error = z.toJSONSchema(z.object({ error: Failure }), { target: 'draft-2020-12', io: 'output' })
    return generator.generate(contract, {
      info: {
        title: 'Atlas UX Control Center',
        version,
        description:
          'Failures answer `{ error: { kind, message, action?, retryAfterMs?, fields? } }` with the status of their kind.',
      },
      servers: [{ url: `${url()}/v1` }],
      security: [{ bearer: [] }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
        parameters: {
          Tenant: {
            name: 'X-Tenant-Id',
            in: 'header',
            required: false,
            schema: { type: 'string' },
            description: 'The tenant; implied by a token of one tenant.',
          },
        },
        schemas: { Error: error as never },
      },
    })
  }
  return () => {
    made ??= make()
    return made
  }
}
