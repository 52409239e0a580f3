import { Injectable } from '@nestjs/common';

/** What a part of the service says of its health; undefined if there is nothing to say. */
export type HealthDetail = () => Readonly<Record<string, unknown>> | undefined;

/** Details that the readiness probe shows, and that do not make the service unready. */
@Injectable()
export class HealthDetails {
  private readonly details = new Map<string, HealthDetail>();

  register(name: string, detail: HealthDetail): void {
    this.details.set(name, detail);
  }

  present(): [name: string, detail: Readonly<Record<string, unknown>>][] {
    return [...this.details].flatMap(([name, detail]) => {
      const present = detail();
      return present ? [[name, present]] : [];
    });
  }
}
