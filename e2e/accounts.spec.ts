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
  await page.locator("#add-org").getByLabel("类别").selectOption({ label: "县区" });
  await page.locator("#add-org").getByLabel("名称").fill(`苍溪县应急值班室${name}`);
  await page.getByRole("button", { name: "新增单位" }).click();
  await expect(page.getByText("请填写")).toBeVisible();
  await expect(page.locator("#add-org").getByLabel("名称")).toHaveValue(`苍溪县应急值班室${name}`);
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

test("接口令牌：发放、办一次、收回", async ({ page, site, signIn, audit, javaScriptEnabled }) => {
  const name = `项目管理系统${javaScriptEnabled === false ? "二" : "一"}`;
  await signIn("admin");
  await page.goto("/accounts");
  await awake(page, javaScriptEnabled);
  await page.locator("summary", { hasText: "发放接口令牌" }).click();
  const form = page.locator("#add-key");
  await form.getByLabel("系统名称").fill(name);
  await form.getByLabel("单位").selectOption({ label: "市公路管理中心" });
  await form.getByLabel("有效期至").fill("2030-01-01");
  await form.getByRole("button", { name: "发放，生成令牌" }).click();
  await expect(form.getByText("至少需要 1 项")).toBeVisible();
  await expect(form.getByLabel("系统名称")).toHaveValue(name);
  await audit();
  await form.getByLabel("编报招标计划").check();
  await form.getByLabel("有效期至").fill("2027-07-01");
  await form.getByRole("button", { name: "发放，生成令牌" }).click();
  const issued = page.getByText("的接口令牌").locator("code");
  await expect(issued).toBeVisible();
  await picture(page, "api-key");
  const key = await issued.innerText();

  const plan = {
    project: `${name}报送的计划`, scale: "改造三级公路十二公里", industry: "highway", districts: ["qingchuan"], funding: "budget",
    investment_fen: 3_000_000_000, contact: "工程科", phone: "0839-3260119", submit: true,
    lots: [{ name: "施工标段", content: "路基路面及桥涵", kind: "works", estimate_fen: 1_260_500_000, method: "open", notice: "2026-11" }],
  };
  const send = () =>
    fetch(`${site}/v1/desk/plans`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "idempotency-key": "1" },
      body: JSON.stringify(plan),
    });
  const first = await send();
  expect(first.status).toBe(201);
  const again = await send();
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await again.json()).toEqual(await first.json());

  await page.goto("/accounts");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("查找").fill(name);
  await page.getByRole("button", { name: "查找" }).click();
  await page.getByRole("button", { name: /^收回 api-/ }).click();
  await expect(page.getByRole("button", { name: /^启用 api-/ })).toBeVisible();
  expect((await send()).status).toBe(401);
});
