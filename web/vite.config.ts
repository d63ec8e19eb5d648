import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:4000';

// `npx vite web` serves the page while it is being written, beside a server on its default port.
export default defineConfig({
  plugins: [preact()],
  base: './',
  resolve: { alias: { 'maskwire/client': new URL('../dist/client/index.js', import.meta.url).pathname } },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: { proxy: { '/graphql': { target: server, ws: true }, '/images': server } },
});
