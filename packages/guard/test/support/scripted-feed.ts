import { eventually } from './eventually.js';

interface Asked {
  readonly url: URL;
  readonly authorization: string | null;
  readonly answer: (response: Response) => void;
  readonly fail: () => void;
}

/** A revocation feed whose every answer is given by hand; what is not for it goes to the network. */
export class ScriptedFeed {
  readonly url = 'https://id.example.com/revocations';
  /** How often it was asked. */
  asked = 0;
  #open: Asked | undefined;

  readonly fetch: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!url.href.startsWith(this.url)) return fetch(input, init);
    this.asked += 1;
    return new Promise((resolve, reject) => {
      const authorization = new Headers(init?.headers).get('authorization');
      const fail = () => reject(new Error('away'));
      init?.signal?.addEventListener('abort', fail);
      this.#open = { url, authorization, answer: resolve, fail };
    });
  };

  /** The request that waits for its answer. */
  async request(): Promise<Asked> {
    await eventually(() => this.#open !== undefined);
    return this.#open as Asked;
  }

  async tell(members: Record<string, unknown> = {}, status = 200): Promise<URL> {
    const { url, answer } = await this.#take();
    answer(Response.json({ cursor: 'c', grants: [], tokens: [], ...members }, { status }));
    return url;
  }

  async fail(): Promise<void> {
    (await this.#take()).fail();
  }

  async #take(): Promise<Asked> {
    const request = await this.request();
    this.#open = undefined;
    return request;
  }
}
