// The live feed against what goes wrong: a server that is killed, a network that
// drops, a session that ends, a shutdown. Nothing is lost and nothing comes twice.
import { expect, test as base, type BrowserContext, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A server on the embedded engine, in a folder of its own. */
class Server {
  private program?: ChildProcess;
  address = "";

  constructor(private folder: string) {}

  async start(listen = "127.0.0.1:0") {
    const flags = ["--db", `rocksdb://${this.folder}/db?sync=every`, "--files", `${this.folder}/files`];
    const serve = ["serve", "--demo", "--listen", listen, "--site", "../dist"];
    const program = spawn(process.env.LUTONG_BIN!, [...flags, ...serve], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, LUTONG_LOG: "warn" },
    });
    this.program = program;
    this.address = await new Promise<string>((found, failed) => {
      program.once("exit", (code) => failed(new Error(`the server left with ${code}`)));
      createInterface({ input: program.stdout! }).on("line", (line) => {
        const url = line.match(/http:\/\/127\.0\.0\.1:\d+/);
        if (url) found(url[0]);
      });
    });
  }

  async end(signal: "SIGKILL" | "SIGTERM") {
    const gone = once(this.program!, "exit");
    this.program!.kill(signal);
    await gone;
  }

  again() {
    return this.start(this.address.replace("http://", ""));
  }
}

const test = base.extend<{ server: Server }>({
  server: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "lutong-feed-"));
    const server = new Server(folder);
    await server.start();
    await use(server);
    await server.end("SIGTERM");
    await rm(folder, { recursive: true });
  },
});

async function signIn(page: Page, site: string, who: string) {
  await page.goto(`${site}/sign-in`);
  await page.getByLabel("账号").fill(who);
  await page.getByLabel("口令").fill("demo-lutong");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("button", { name: "退出" })).toBeVisible();
}

/** Reports a danger as the public, from another browser. */
async function report(context: BrowserContext, site: string, title: string) {
  const page = await context.newPage();
  await page.goto(`${site}/report`);
  await page.getByLabel("一句话说明").fill(title);
  await page.getByLabel("属于哪类").selectOption({ label: "交通设施抢通保通" });
  await page.getByLabel("紧急程度").selectOption("ordinary");
  await page.getByLabel("县区").selectOption({ label: "利州区" });
  await page.getByLabel("地点").fill("宝轮镇");
  await page.getByRole("button", { name: "上报" }).click();
  await expect(page.getByRole("heading", { name: "已收到" })).toBeVisible();
  await page.close();
}

/** Opens the feed beside the board's own and notes the number of every event. */
function listen(page: Page) {
  return page.evaluate(async () => {
    const head = await (await fetch("/journal/head")).json();
    const heard: number[] = [];
    const feed = new EventSource(`/live?after=${head.seq}`);
    feed.onmessage = (event) => heard.push(Number(event.lastEventId));
    Object.assign(window, { heard, feed, begun: head.seq, sameWindow: true });
    await new Promise((open) => (feed.onopen = open));
  });
}

/** Every number since the beginning, once and in order, up to the journal's head. */
async function nothingLostOrDoubled(page: Page) {
  await expect(async () => {
    const { heard, begun, head } = await page.evaluate(async () => ({
      heard: (window as any).heard as number[],
      begun: (window as any).begun as number,
      head: (await (await fetch("/journal/head")).json()).seq as number,
    }));
    expect(heard).toEqual(Array.from({ length: head - begun }, (_, i) => begun + 1 + i));
    expect(heard.length).toBeGreaterThan(0);
  }).toPass();
}

test("服务器被杀、断网之后，指挥台不丢不重", async ({ page, browser, server }) => {
  test.setTimeout(120_000);
  const others = await browser.newContext({ locale: "zh-CN" });
  await signIn(page, server.address, "duty");
  await page.goto(`${server.address}/board`);
  await expect(page.locator("html[data-hydrated]")).toBeAttached();
  await listen(page);
  await report(others, server.address, "断线前一起");
  await expect(page.getByRole("link", { name: "断线前一起" }).first()).toBeVisible();

  await server.end("SIGKILL");
  await server.again();
  await report(others, server.address, "重启后一起");
  await expect(page.getByRole("link", { name: "重启后一起" }).first()).toBeVisible({ timeout: 30_000 });
  await nothingLostOrDoubled(page);

  await page.context().setOffline(true);
  await report(others, server.address, "断网中一起");
  await page.context().setOffline(false);
  await expect(page.getByRole("link", { name: "断网中一起" }).first()).toBeVisible({ timeout: 30_000 });
  await nothingLostOrDoubled(page);
  expect(await page.evaluate(() => (window as any).sameWindow)).toBe(true);
  await others.close();
});

test("退出登录和停机，推送即止", async ({ page, server }) => {
  await signIn(page, server.address, "duty");
  await page.goto(`${server.address}/board`);
  await expect(page.locator("html[data-hydrated]")).toBeAttached();
  await listen(page);
  // Signed out in another tab: the feed ends, and coming back is refused for good.
  const tab = await page.context().newPage();
  await tab.goto(`${server.address}/board`);
  await tab.getByRole("button", { name: "退出" }).click();
  await expect(tab.getByRole("link", { name: "登录", exact: true })).toBeVisible();
  await expect.poll(() => page.evaluate(() => (window as any).feed.readyState), { timeout: 20_000 }).toBe(2);
  await tab.close();

  // An open feed does not hold up a shutdown.
  await signIn(page, server.address, "duty");
  await page.goto(`${server.address}/board`);
  await listen(page);
  await server.end("SIGTERM");
  await server.again();
});
