import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** What `/metrics` shows. Each server has its own registry, so that several can live in one process. */
export class Metrics {
  readonly registry = new Registry();

  readonly httpRequests = new Histogram({
    name: 'maskwire_http_request_seconds',
    help: 'Time from the head of an HTTP request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [this.registry],
  });
  readonly operations = new Histogram({
    name: 'maskwire_operation_seconds',
    help: 'Time of GraphQL queries and mutations.',
    labelNames: ['transport', 'type', 'outcome'],
    buckets: seconds,
    registers: [this.registry],
  });
  readonly socketsRefused = new Counter({
    name: 'maskwire_sockets_refused_total',
    help: 'WebSockets refused before they opened.',
    labelNames: ['status'],
    registers: [this.registry],
  });
  readonly socketsClosed = new Counter({
    name: 'maskwire_sockets_closed_total',
    help: 'WebSockets closed, by close code; 1006 is a connection that broke or was cut.',
    labelNames: ['code'],
    registers: [this.registry],
  });

  constructor() {
    // Among them nodejs_eventloop_lag_p99_seconds, which counts the precision in: an idle server shows about 5 ms.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 5 });
  }

  /** Shows a number that something else keeps, read when `/metrics` is asked for. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
