import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const tracer = trace.getTracer('@edtech/shared-kernel');

/** A trace of its own, for a request that brought none: named by its message id, a UUIDv7, whose random end is the first span. */
export function newTrace(messageId: string): string {
  const hex = messageId.replaceAll('-', '');
  return `00-${hex}-${hex.slice(16)}-01`;
}

/**
 * Runs the handling of a message as a span below the one that recorded it, and hands on the trace for what it records. Without an
 * OpenTelemetry SDK in the process there is no span and the trace is handed on as it came.
 */
export async function inSpan<T>(
  name: string,
  traceparent: string | undefined,
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> {
  const remote = spanContextOf(traceparent);
  const parent = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
  const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER }, parent);
  const handedOn = span.isRecording() ? traceparentOf(span.spanContext()) : traceparent;
  try {
    return await context.with(trace.setSpan(parent, span), () => work(handedOn));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
