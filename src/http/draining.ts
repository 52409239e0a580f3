import { Injectable } from '@nestjs/common';

/** Whether the process has been asked to stop. From then on it is not ready, and still serves requests for a moment. */
@Injectable()
export class Draining {
  private begun = false;

  get hasBegun(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
