// What both peers are bound to: a part of our own settings.

export interface Settings {
  STREAMS: {
    get<Value>(key: string, type: 'json'): Promise<Value | null>;
    put(key: string, value: string, options: { metadata: unknown }): Promise<void>;
  };
  MUX_TOKEN_ID: string;
  MUX_TOKEN_SECRET: string;
  MUX_WEBHOOK_SECRETS: string;
  AUTH_HS256_SECRETS: string;
  AUTH_ISSUER: string;
  AUTH_AUDIENCE: string;
}
