// What a page says to the worker that writes files, and hears from it.

export const folderName = 'phone-copies';

export interface FileOrder {
  id: number;
  name: string;
  /** Undefined closes the file. */
  bytes?: ArrayBuffer;
}

export interface FileAnswer {
  id: number;
  /** The name of the error, if it failed. */
  fault?: string;
}
