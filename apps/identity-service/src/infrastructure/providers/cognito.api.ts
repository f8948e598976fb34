import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

interface CognitoEndpoint {
  readonly region: string;
  readonly endpoint: string;
}

const TIMEOUT_MS = 5_000;

/** The JSON protocol of Cognito's user pools: one signed POST per operation. */
export class CognitoApi {
  readonly #signer: SignatureV4;
  readonly #url: URL;

  constructor({ region, endpoint }: CognitoEndpoint) {
    this.#url = new URL(endpoint);
    this.#signer = new SignatureV4({ service: 'cognito-idp', region, credentials: defaultProvider(), sha256: NodeSha256 });
  }

  /** Throws CognitoError for an operation that Cognito refuses, and what `fetch` throws for one that it does not answer. */
  async call(operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { protocol, hostname, port, host } = this.#url;
    const body = JSON.stringify(input);
    const request = {
      method: 'POST',
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: '/',
      query: {},
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body,
    };
    const { headers } = await this.#signer.sign(request);
    const answer = await fetch(this.#url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    if (!answer.ok) throw new CognitoError(operation, answer.status, typeOf(text));
    return text === '' ? {} : JSON.parse(text);
  }
}

/** Cognito refused. Its message may name people and stays outside. */
export class CognitoError extends Error {
  readonly code = 'COGNITO_REFUSED';

  constructor(
    readonly operation: string,
    readonly status: number,
    readonly type: string,
  ) {
    super(`Cognito refused ${operation}: ${type} (${status})`);
    this.name = 'CognitoError';
  }
}

/** `NotAuthorizedException`, with or without the namespace that AWS puts before it. */
function typeOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const type = typeof body === 'object' && body !== null && '__type' in body ? String(body.__type) : '';
    return type.slice(type.lastIndexOf('#') + 1);
  } catch {
    return 'an answer that is no JSON';
  }
}

/** SHA-256 in the form in which the signer asks for it. */
class NodeSha256 {
  #hash: Hash | Hmac;

  constructor(private readonly secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = this.#begin();
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(this.secret));
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
