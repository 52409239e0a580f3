import { errorCodes, type FastifyInstance } from 'fastify';

/** Files with rows, as they are sent. */
export const fileMediaTypes = ['text/csv', 'application/x-ndjson', 'application/jsonl'] as const;

/**
 * Leaves the body of a request with a file to its handler, who reads the stream of the request. Elsewhere nobody expects a file.
 * @param takesFiles whether requests to a path may have one
 */
export function acceptFiles(server: FastifyInstance, takesFiles: (path: string) => boolean): void {
  server.addContentTypeParser([...fileMediaTypes], (request, _payload, done): void => {
    const isTaken = takesFiles(request.routeOptions.url ?? '');
    if (isTaken) done(null);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers['content-type'] ?? ''));
  });
}
