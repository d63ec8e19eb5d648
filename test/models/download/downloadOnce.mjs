// Downloads one file, for tests that end the process meanwhile: downloadOnce.mjs <source as JSON> <path>.
import { download } from '#src/models/download/download.js';

const [source, path] = process.argv.slice(2);
await download(JSON.parse(source), path);
