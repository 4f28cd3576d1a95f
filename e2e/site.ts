// One server a test file, in memory, with the demonstration city and a clock that
// only the test moves.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test as base } from "@playwright/test";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** The morning on which every journey begins. */
export const MORNING = "2026-07-18T07:00:00+08:00";
const PASSWORD = "demo-lutong";

type Help = {
  /** Signs in, on this page or on another. */
  signIn: (who: string, page?: Page) => Promise<void>;
  /** Moves the server's clock on. */
  later: (minutes: number) => Promise<void>;
  /** Fails on serious accessibility faults. */
  audit: (page?: Page) => Promise<void>;
  /** Fails on console errors, panics and refused scripts. */
  quiet: void;
};

type Site = { site: string };

export const test = base.extend<Help, Site>({
  site: [
    async ({}, use) => {
      const program = process.env.LUTONG_BIN;
      if (!program) throw new Error("LUTONG_BIN names the server's program: use `make e2e`");
      const flags = ["--db", "mem://", "serve", "--demo", "--listen", "127.0.0.1:0", "--site", "../dist"];
      const server = spawn(program, [...flags, "--test-clock", MORNING], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, LUTONG_LOG: process.env.LUTONG_LOG ?? "warn" },
      });
      const address = await new Promise<string>((found, failed) => {
        server.once("exit", (code) => failed(new Error(`the server left with ${code}`)));
        createInterface({ input: server.stdout! }).on("line", (line) => {
          const url = line.match(/http:\/\/127\.0\.0\.1:\d+/);
          if (url) found(url[0]);
        });
      });
      await use(address);
      const gone = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await gone;
    },
    { scope: "worker" },
  ],
  baseURL: async ({ site }, use) => use(site),
  quiet: [
    async ({ context, javaScriptEnabled }, use) => {
      const faults: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error") faults.push(message.text());
      });
      context.on("weberror", (error) => faults.push(String(error.error())));
      await use();
      if (javaScriptEnabled !== false) expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  signIn: async ({ page: own }, use) => {
    await use(async (who, page = own) => {
      await page.goto("/sign-in");
      await page.getByLabel("账号").fill(who);
      await page.getByLabel("口令").fill(PASSWORD);
      await page.getByRole("button", { name: "登录" }).click();
      await expect(page.getByRole("button", { name: "退出" })).toBeVisible();
    });
  },
  later: async ({ site }, use) => {
    await use(async (minutes) => {
      const origin = { origin: site };
      const answer = await fetch(`${site}/test/clock/${minutes * 60_000}`, { method: "POST", headers: origin });
      expect(answer.ok).toBe(true);
    });
  },
  audit: async ({ page: own, javaScriptEnabled }, use) => {
    await use(async (page = own) => {
      // axe itself runs as script in the page.
      if (javaScriptEnabled === false) return;
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`)).toEqual([]);
    });
  },
});

/** Waits until the page is awake; at once where there is no script. */
export async function awake(page: Page, javaScriptEnabled: boolean | undefined) {
  if (javaScriptEnabled !== false) await expect(page.locator("html[data-hydrated]")).toBeAttached();
}

/** A picture for the README and for whoever reviews the look. */
export async function picture(page: Page, name: string) {
  if (!process.env.PICTURES) return;
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await page.screenshot({ path: `${process.env.PICTURES}/${name}-${width}.png`, fullPage: width === 390 });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

export { expect };
