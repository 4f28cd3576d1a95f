// The administrator opens an account; its owner must change the one-time password
// before anything else, and is out at once when the account is closed.
import { awake, expect, picture, test } from "./site";

test("开户、一次性口令、停用", async ({ page, browser, site, signIn, audit, javaScriptEnabled }) => {
  const name = javaScriptEnabled === false ? "two" : "one";
  await signIn("admin");
  await page.goto("/accounts");
  await awake(page, javaScriptEnabled);
  await audit();
  await picture(page, "accounts");
  await page.locator("summary", { hasText: "新增单位" }).click();
  await page.getByLabel("类别").selectOption({ label: "县区" });
  await page.getByLabel("名称").fill(`苍溪县应急值班室${name}`);
  await page.getByRole("button", { name: "新增单位" }).click();
  await expect(page.getByText("请填写")).toBeVisible();
  await expect(page.getByLabel("名称")).toHaveValue(`苍溪县应急值班室${name}`);
  await page.locator("#add-org").getByLabel("县区", { exact: false }).last().selectOption({ label: "苍溪县" });
  await page.getByRole("button", { name: "新增单位" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: `苍溪县应急值班室${name}` })).toBeVisible();

  // A role that does not belong to such an organisation is refused.
  await page.locator("summary", { hasText: "开户" }).click();
  await page.locator("#add").getByLabel("登录名").fill(`cangxi${name}`);
  await page.locator("#add").getByLabel("姓名").fill("唐丽");
  await page.locator("#add").getByLabel("单位").selectOption({ label: `苍溪县应急值班室${name}` });
  await page.locator("#add").getByLabel("岗位").selectOption({ label: "行业部门负责人" });
  await page.getByRole("button", { name: "开户，生成一次性口令" }).click();
  await expect(page.getByText("请从列出的选项中选择")).toBeVisible();
  await audit();
  await page.locator("#add").getByLabel("岗位").selectOption({ label: "县区值班" });
  await page.getByRole("button", { name: "开户，生成一次性口令" }).click();
  const issued = page.getByText("的一次性口令").locator("code");
  await expect(issued).toBeVisible();
  const password = await issued.innerText();

  // Its owner.
  const theirs = await browser.newContext({ baseURL: site, locale: "zh-CN", javaScriptEnabled });
  const desk = await theirs.newPage();
  await desk.goto("/sign-in");
  await desk.getByLabel("账号").fill(`cangxi${name}`);
  await desk.getByLabel("口令").fill(password);
  await desk.getByRole("button", { name: "登录" }).click();
  await expect(desk.getByText("口令由他人设定，请先修改。")).toBeVisible();
  await desk.goto("/board");
  await expect(desk.getByText("请先在“账号”页修改口令")).toBeVisible();
  await desk.getByRole("link", { name: "去修改口令" }).click();
  await desk.getByLabel("原口令").fill(password);
  await desk.getByLabel("新口令", { exact: true }).fill("cangxi-2026-x");
  await desk.getByLabel("再输一次新口令").fill("cangxi-2026-x");
  await desk.getByRole("button", { name: "修改口令" }).click();
  await expect(desk.getByText("口令已修改")).toBeVisible();
  await desk.goto("/board");
  await expect(desk.getByRole("heading", { name: "险情" })).toBeVisible();
  // Of other districts they see nothing.
  await expect(desk.getByText("木门镇河堤渗漏")).toHaveCount(0);

  await page.goto("/accounts");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("查找").fill("苍溪 " + name);
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.getByRole("button", { name: /^停用 / })).toHaveCount(1);
  await page.getByRole("button", { name: `停用 cangxi${name}` }).click();
  await expect(page.getByRole("button", { name: `启用 cangxi${name}` })).toBeVisible();
  await desk.goto("/board");
  await expect(desk.getByText("请重新登录")).toBeVisible();
  await theirs.close();
});
