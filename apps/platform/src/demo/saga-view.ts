import { at, type Json } from './api.ts';

export function timersOf(saga: Json): readonly Json[] {
  const timers = at(saga, 'timers');
  return Array.isArray(timers) ? timers : [];
}

export function stepsOf(saga: Json): readonly Json[] {
  const steps = at(saga, 'steps');
  return Array.isArray(steps) ? steps : [];
}
