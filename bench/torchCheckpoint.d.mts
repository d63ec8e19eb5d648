/** Writes a checkpoint of made-up weights with the names and sizes of a published model, as torch.save does. */
export function writeCheckpoint(path: string, model: string, options?: { even?: boolean }): Promise<void>;
