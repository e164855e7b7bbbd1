/** Tests that drive a real browser; `npm test` leaves them out, since a browser is not on every machine. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    // Two cores, and each file starts a browser of its own.
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
