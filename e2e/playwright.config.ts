import { defineConfig, devices } from "@playwright/test";
import { existsSync } from "node:fs";

// A browser of the system where there is one, else the one that Playwright brings.
const system = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

const chromium = {
  ...devices["Desktop Chrome"],
  viewport: { width: 1440, height: 900 },
  locale: "zh-CN",
  timezoneId: "Asia/Shanghai",
  launchOptions: {
    executablePath: system,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};

export default defineConfig({
  testDir: ".",
  forbidOnly: !!process.env.CI,
  workers: 1,
  // A journey goes through dozens of pages, each of which loads the whole front end anew.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: { trace: "retain-on-failure", actionTimeout: 15_000 },
  projects: [
    { name: "live", use: chromium },
    // The same journeys in a browser that runs no script: forms alone must do.
    {
      name: "plain",
      use: { ...chromium, javaScriptEnabled: false },
      testIgnore: /\.live\.spec\.ts$/,
    },
  ],
});
