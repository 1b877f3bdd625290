/** What came back: its status, a header, and no more of its body than may be read. */
export interface Answer {
  status: number;
  header(name: string): string | undefined;
  /** Undefined: it was larger than that. */
  body?: Uint8Array;
}

export interface Question {
  method?: "GET" | "PUT" | "DELETE";
  body?: string;
  headers?: Record<string, string>;
  /** Milliseconds for all of it, body included. */
  limit: number;
  /** Bytes of the answer. */
  most: number;
  signal?: AbortSignal;
}

/** Asks by HTTP. Undefined when there was no answer in time, for whatever reason. */
export async function ask(
  url: string,
  { method = "GET", body, headers, limit, most, signal }: Question,
): Promise<Answer | undefined> {
  const limits = [AbortSignal.timeout(limit), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, { method, body, headers, redirect: "error", signal: AbortSignal.any(limits) });
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: await read(response, most),
    };
  } catch {
    return undefined;
  }
}

async function read(response: Response, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    // Leaving the loop ends the connection.
    if (size > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
