// The duty officer's main path without a mouse, a case picked on the board itself, and
// the wall.
import { awake, expect, picture, test } from "./site";

test("键盘走完主路", async ({ page, signIn, audit }) => {
  await signIn("duty");
  await page.goto("/board");
  await awake(page, true);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "键盘快捷键" })).toBeVisible();
  await audit();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // Down twice and up once: the first of the list; Enter opens it, Esc comes back.
  const rows = page.locator("main a.title");
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  const title = await rows.nth(0).innerText();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/board$/);
  // Search: the field takes the keys until Esc leaves it.
  await page.keyboard.press("/");
  await expect(page).toHaveURL(/\/emergencies$/);
  const search = page.getByRole("searchbox");
  await expect(search).toBeVisible();
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await page.keyboard.type("元坝镇");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "元坝镇排水沟淤积" })).toBeVisible();
  await expect(page.locator("main a.title")).toHaveCount(1);
  await audit();
  await page.keyboard.press("n");
  await expect(page.getByRole("heading", { name: "上报险情" })).toBeVisible();
});

test("在指挥台上选定一件，就地派队", async ({ page, signIn, audit }) => {
  await signIn("duty");
  await page.goto("/board");
  await awake(page, true);
  const row = page.getByRole("listitem").filter({ hasText: "三堆镇库区滑坡体变形" });
  await row.getByRole("link", { name: "选派" }).click();
  const panel = page.getByRole("complementary", { name: "选派队伍" });
  await expect(panel.getByRole("heading", { name: "三堆镇库区滑坡体变形" })).toBeVisible();
  await expect(panel.getByText(/可派 \d+ · 不可派 \d+/)).toBeVisible();
  await audit();
  await picture(page, "board-picked");
  await panel.getByLabel("下令人及职务").fill("王志远 指挥长");
  await panel.getByLabel("为什么不抽签").fill("滑坡体仍在变形，就近先到先监测。");
  await panel.getByRole("button", { name: "发出调度" }).click();
  await expect(page.getByRole("heading", { name: "调度", exact: true })).toBeVisible();
  await expect(page.getByText("待应答")).toBeVisible();
  // Taken back, so that no later journey meets its messages.
  await page.locator("#calls").getByRole("link").first().click();
  await page.locator("summary", { hasText: "撤回调度" }).click();
  await page.getByLabel("理由").fill("演练结束，撤回。");
  await page.getByRole("button", { name: "撤回调度" }).click();
  await expect(page.getByText("已撤回")).toBeVisible();
});

test("大屏", async ({ page, signIn, audit }) => {
  await signIn("commander");
  await page.goto("/board?wall=yes");
  await awake(page, true);
  await expect(page.getByRole("link", { name: "退出大屏" })).toBeVisible();
  await audit();
  await picture(page, "wall");
});
