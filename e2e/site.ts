// A server, in memory where nothing else is said, with the demonstration city and a clock that
// only tests move. Files that name a city of their own have it to themselves, whatever others
// did to the clock.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test as base } from "@playwright/test";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** A PNG of one pixel. */
export const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/** A message as the stand-in gateway took it. */
export type Message = { id: string; channel: "sms" | "voice"; to: string; text: string };

/** A stand-in for the SMS gateway: keeps messages and sends receipts. */
type Gateway = {
  url: string;
  messages: Message[];
  /** What was spoken over the telephone. */
  spoken: Message[];
  /** Messages from now on arrive (`true`) or do not. */
  arrive: boolean;
  receiptsTo: (site: string) => void;
  close: () => void;
};

/** A server with what it keeps. */
type House = {
  address: string;
  /** Kills the server, and starts it again at another time over the same records. */
  restart: (at: string) => Promise<void>;
};

type Site = { city: string; disk: boolean; house: House; site: string; gateway: Gateway };

const GATEWAY_KEY = "stand-in";

/** Starts the server's program over a database; it has answered when this returns. */
async function start(db: string, files: string, gateway: string, listen: string, at: string) {
  const program = process.env.LUTONG_BIN;
  if (!program) throw new Error("LUTONG_BIN names the server's program: use `make e2e`");
  const flags = ["--db", db, "serve", "--demo", "--listen", listen, "--site", "../dist"];
  const messages = ["--files", `${files}/files`, "--gateway", gateway, "--gateway-key", GATEWAY_KEY];
  const server = spawn(program, [...flags, ...messages, "--test-clock", at], {
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
  const stop = async (signal: "SIGKILL" | "SIGTERM") => {
    const gone = new Promise((done) => server.once("exit", done));
    server.kill(signal);
    await gone;
  };
  return { address, stop };
}

export const test = base.extend<Help, Site>({
  city: ["shared", { scope: "worker", option: true }],
  // On the disk, so that it can be killed and started again.
  disk: [false, { scope: "worker", option: true }],
  gateway: [
    async ({}, use) => {
      let site = "";
      const gateway: Gateway = {
        url: "",
        messages: [],
        spoken: [],
        arrive: true,
        receiptsTo: (address) => (site = address),
        close: () => server.close(),
      };
      const server = createServer((request, response) => {
        let body = "";
        request.on("data", (part) => (body += part));
        request.on("end", async () => {
          const message = JSON.parse(body) as Message;
          (message.channel === "sms" ? gateway.messages : gateway.spoken).push(message);
          const failed = gateway.arrive ? "" : `&failed=${encodeURIComponent("关机")}`;
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ id: `gw-${message.id}` }));
          // The receipt comes after the answer, as from a real gateway.
          const headers = { authorization: `Bearer ${GATEWAY_KEY}` };
          for (let again = 0; again < 20; again++) {
            const done = await fetch(`${site}/gateway/receipt?id=${message.id}${failed}`, { method: "POST", headers });
            if (done.ok) break;
          }
        });
      });
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      await use(gateway);
      gateway.close();
    },
    { scope: "worker" },
  ],
  house: [
    async ({ gateway, city, disk }, use) => {
      // Another city is another worker, and so another server.
      void city;
      const files = await mkdtemp(join(tmpdir(), "lutong-"));
      const db = disk ? `rocksdb://${files}/db?sync=every` : "mem://";
      let server = await start(db, files, gateway.url, "127.0.0.1:0", MORNING);
      const { address } = server;
      gateway.receiptsTo(address);
      await use({
        address,
        restart: async (at) => {
          // Not asked to end: the power fails.
          await server.stop("SIGKILL");
          server = await start(db, files, gateway.url, address.replace("http://", ""), at);
        },
      });
      await server.stop("SIGTERM");
      await rm(files, { recursive: true });
    },
    { scope: "worker" },
  ],
  site: [async ({ house }, use) => use(house.address), { scope: "worker" }],
  baseURL: async ({ site }, use) => use(site),
  quiet: [
    async ({ context, javaScriptEnabled }, use) => {
      const faults: string[] = [];
      context.on("console", (message) => {
        // A refusal is an answer: the page shows it, and the journey asserts that.
        const { pathname } = new URL(message.location().url || "about:blank");
        const asset = /^\/(pkg|map|files)\//.test(pathname);
        const refusal = /status of 4\d\d/.test(message.text()) && !asset;
        if (message.type() === "error" && !refusal) faults.push(message.text());
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
  // A browser has to compile the whole front end first, which a busy machine takes its time for.
  if (javaScriptEnabled !== false) await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 45_000 });
}

/** Opens a folded form and gives its section. */
export async function opened(page: Page, name: string, javaScriptEnabled: boolean | undefined) {
  await awake(page, javaScriptEnabled);
  const section = page.locator(`#${name}`);
  if ((await section.getAttribute("open")) === null) await section.locator("summary").first().click();
  return section;
}

/** The link in the newest message, and who it was sent to. */
export async function newestMessage(gateway: { messages: Message[] }, count: number) {
  await expect.poll(() => gateway.messages.length).toBeGreaterThanOrEqual(count);
  const message = gateway.messages.at(-1)!;
  const link = message.text.match(/\/go\/[0-9a-f]{64}/)![0];
  // The demonstration city numbers its firms' telephones.
  const firm = Math.floor((Number(message.to) - 13839260000) / 10);
  return { ...message, link, firm: `firm${String(firm).padStart(2, "0")}` };
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
