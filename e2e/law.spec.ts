// The rules for everybody: calculators and a guide whose address is their answer; and
// changes to them, drafted by one and decided by another.
import { awake, expect, picture, test } from "./site";

test("保证金计算器", async ({ page, audit, javaScriptEnabled }) => {
  await page.goto("/rules/bond");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("哪一种").selectOption({ label: "投标保证金" });
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.getByText("请填写").first()).toBeVisible();
  await page.getByLabel(/（万元）/).fill("9000");
  await page.getByLabel("招标内容").selectOption({ label: "房屋建筑、市政施工" });
  await page.getByLabel("企业规模").selectOption({ label: "大型" });
  await page.getByLabel("信用等级").selectOption({ label: "B 级" });
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.getByRole("heading", { name: "法定最高 800,000.00 元" })).toBeVisible();
  await expect(page.getByText("按系统默认减免后 250,000.00 元（待主管部门确认）")).toBeVisible();
  await expect(page.getByText("系统默认上限 500,000.00 元（待主管部门确认）")).toBeVisible();
  // Every ground is shown, with the one that counts.
  const rung = page.getByRole("listitem").filter({ hasText: "信用 B 级企业减免投标保证金" });
  await expect(rung.getByText("适用", { exact: true })).toBeVisible();
  await expect(rung.getByText("减 50%")).toBeVisible();
  await expect(page.getByText("第二十六条").first()).toBeVisible();
  await audit();
  await picture(page, "bond");
  // Whoever is given the address sees the same answer.
  await page.goto((await page.getByRole("link", { name: "此结果的永久网址" }).getAttribute("href"))!);
  await expect(page.getByRole("heading", { name: "法定最高 800,000.00 元" })).toBeVisible();
  // What secures wages has no ladder of ours.
  await page.goto("/rules/bond?what=wages&amount=100&size=small&credit=a");
  await expect(page.getByRole("heading", { name: "法定最高 30,000.00 元" })).toBeVisible();
  await expect(page.getByText("按系统默认减免后")).toHaveCount(0);
});

test("是否必须招标", async ({ page, audit, javaScriptEnabled }) => {
  await page.goto("/rules/tender");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("采购内容").selectOption({ label: "施工" });
  await page.getByLabel("资金来源").selectOption({ label: "国有企业事业单位资金，且占控股或者主导地位" });
  await page.getByLabel("单项合同估算价（万元）").fill("250");
  await page.getByRole("button", { name: "判断" }).click();
  await expect(page.getByRole("heading", { name: /^未达规模/ })).toBeVisible();
  await page.getByLabel(/可合并采购/).fill("100、50");
  await page.getByRole("button", { name: "判断" }).click();
  await expect(page.getByRole("heading", { name: "必须招标", exact: true })).toBeVisible();
  await expect(page.getByText("同一项目可合并采购，合计 4,000,000.00 元")).toBeVisible();
  await page.locator("summary", { hasText: "可以不招标的情形" }).click();
  await page.getByLabel("抢险救灾，且不适宜进行招标").selectOption({ label: "主张，尚无证据" });
  await page.getByRole("button", { name: "判断" }).click();
  await expect(page.getByText("还缺：抢险救灾认定文件")).toBeVisible();
  await page.getByLabel("抢险救灾，且不适宜进行招标").selectOption({ label: "主张，已有：抢险救灾认定文件，及不适宜招标的理由" });
  await page.getByRole("button", { name: "判断" }).click();
  await expect(page.getByRole("heading", { name: /有证据证明可以不招标/ })).toBeVisible();
  await audit();
  await picture(page, "guide");
});

test("法定与承诺并列，中止不计", async ({ page, audit, javaScriptEnabled }) => {
  await page.goto("/rules/deadline?rule=tender.t18&day=2022-09-30");
  await awake(page, javaScriptEnabled);
  await expect(page.locator("#both")).toContainText("最迟 2022-11-16 24:00");
  await expect(page.locator("#both")).toContainText("最迟 2022-10-26 24:00");
  await page.locator("summary", { hasText: "中间有中止" }).click();
  await page.getByLabel("中止之日").fill("2022-10-11");
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.locator("#both")).toContainText("中止中，恢复后还余");
  await page.getByLabel("恢复之日").fill("2022-10-13");
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.locator("#both")).toContainText("最迟 2022-11-18 24:00");
  await expect(page.locator("#both")).toContainText("2022-10-11 至 2022-10-12 中止，不计");
  await audit();
});

test("参数变更：起草、看影响、另一人审定", async ({ page, browser, site, signIn, audit, javaScriptEnabled }) => {
  const from = javaScriptEnabled === false ? "2031-01-01" : "2032-01-01";
  await page.goto("/rules/deadline?rule=plan.lead&day=2033-03-01");
  await awake(page, javaScriptEnabled);
  await expect(page.getByRole("heading", { name: "最早 2033-03-31" })).toBeVisible();
  const old = (await page.getByRole("link", { name: "此结果的永久网址" }).getAttribute("href"))!;

  await signIn("duty");
  await page.goto("/rules/changes");
  await awake(page, javaScriptEnabled);
  await page.locator("summary", { hasText: "起草变更" }).click();
  await page.getByRole("combobox", { name: "规则" }).selectOption("plan.lead");
  await page.getByLabel("新的取值").fill(javaScriptEnabled === false ? "35" : "40");
  await page.getByLabel("施行日期").fill("2022-07-31");
  await page.getByLabel("性质").selectOption({ label: "系统默认·待主管部门确认" });
  await page.getByLabel("变更理由").fill("市里要求提前更多时间");
  await page.getByRole("button", { name: "起草，先看影响" }).click();
  // There is a value from that day already.
  await expect(page.getByText(/施行日期重叠或次序颠倒。现行规则未受影响/)).toBeVisible();
  await expect(page.getByLabel("变更理由")).toHaveValue("市里要求提前更多时间");
  await audit();
  await page.getByLabel("施行日期").fill(from);
  await page.getByRole("button", { name: "起草，先看影响" }).click();
  await expect(page.getByRole("heading", { name: "假如过去一年就这样规定" })).toBeVisible();
  await expect(page.getByText("过去一年没有按这些规则下过的结论")).toBeVisible();
  await expect(page.getByText("自己起草的变更，须由另一人审定。")).toBeVisible();
  await audit();
  await picture(page, "change");
  const address = page.url();

  const other = await browser.newContext({ baseURL: site, locale: "zh-CN", javaScriptEnabled });
  const chief = await other.newPage();
  await chief.goto("/sign-in");
  await chief.getByLabel("账号").fill("commander");
  await chief.getByLabel("口令").fill("demo-lutong");
  await chief.getByRole("button", { name: "登录" }).click();
  await expect(chief.getByRole("button", { name: "退出" })).toBeVisible();
  await chief.goto(address);
  await awake(chief, javaScriptEnabled);
  await chief.getByLabel("审定意见").fill("同意，按期施行");
  await chief.getByRole("button", { name: "同意施行" }).click();
  await expect(chief.getByText("已审定，待施行")).toBeVisible();
  await other.close();

  // From then on; and by the old rules for whoever holds an old address.
  const days = javaScriptEnabled === false ? "2031-04-05" : "2033-04-10";
  const asked = javaScriptEnabled === false ? "2031-03-01" : "2033-03-01";
  await page.goto(`/rules/deadline?rule=plan.lead&day=${asked}`);
  await expect(page.getByRole("heading", { name: `最早 ${days}` })).toBeVisible();
  await page.goto(old);
  await expect(page.getByRole("heading", { name: "最早 2033-03-31" })).toBeVisible();
});
