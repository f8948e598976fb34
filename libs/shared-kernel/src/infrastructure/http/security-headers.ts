import type { FastifyReply } from 'fastify';

const API_CSP = "default-src 'none'; frame-ancestors 'none'";
/** The OpenAPI page: its own files only, nothing inline but style, no request leaves the host. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The headers that matter for JSON; they never depend on the request, so they cost no more than their bytes. */
export function setSecurityHeaders(reply: FastifyReply, isDocs: boolean): void {
  reply.header('content-security-policy', isDocs ? DOCS_CSP : API_CSP);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
  reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
}
