import { createNoopMeter, metrics, trace } from '@opentelemetry/api';

/** Loaded before a service: everything that its spans and metrics would tell goes to standard output. */
const print = (kind, ...told) => process.stdout.write(`${kind} ${JSON.stringify(told)}\n`);

const span = (name, options) => {
  print('SPAN', name, options);
  return {
    ...trace.wrapSpanContext({ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', traceFlags: 1 }),
    spanContext: () => ({ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', traceFlags: 1 }),
    isRecording: () => false,
    setAttribute: (...told) => print('ATTRIBUTE', ...told),
    setAttributes: (...told) => print('ATTRIBUTES', ...told),
    addEvent: (...told) => print('EVENT', ...told),
    recordException: (error) => print('EXCEPTION', String(error), error),
    setStatus: (...told) => print('STATUS', ...told),
    updateName: (...told) => print('NAME', ...told),
    end: () => undefined,
  };
};
trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: span, startActiveSpan: span }) });

const meter = createNoopMeter();
meter.addBatchObservableCallback = (callback) => {
  const observe = (_gauge, value, labels) => print('METRIC', value, labels);
  setInterval(() => void Promise.resolve(callback({ observe })).catch(() => undefined), 500).unref();
};
metrics.setGlobalMeterProvider({ getMeter: () => meter });
