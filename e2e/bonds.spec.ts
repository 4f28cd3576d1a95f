// Bid bonds: entered by the trading centre, paid back in the night after their ground arose,
// with interest, each to whom it came from.
import { awake, expect, test } from "./site";

const DAY = 24 * 60;
const FIRMS = [
  ["四川甲建设有限公司", "91510802MA62500A9R"],
  ["四川乙建设有限公司", "91510822MA62500B7K"],
] as const;

// Weeks pass here.
test.use({ city: "bonds" });

test("投标保证金次日凌晨自动退还", async ({ page, signIn, later, audit, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  await signIn("centre");
  await page.goto("/desk/notices");
  await page.locator("a.title[href^='/desk/notices/']").first().click();
  await page.getByRole("link", { name: "投标保证金" }).click();
  await expect(page.getByText("尚未定标。")).toBeVisible();
  await awake(page, javaScriptEnabled);
  const address = page.url();
  const title = (await page.getByRole("heading", { level: 1 }).textContent())!;
  const head = await page.getByText(/投标截止 \d{4}-\d\d-\d\d/).first().textContent();
  const deadline = head!.match(/投标截止 (\d{4}-\d\d-\d\d)/)![1];
  const plus = (days: number) => new Date(Date.parse(deadline) + days * 86_400_000).toISOString().slice(0, 10);

  const enter = page.getByRole("button", { name: "登记", exact: true }).last();
  const fill = async (n: number, kind: string) => {
    await page.goto(address);
    await awake(page, javaScriptEnabled);
    await page.getByLabel("哪种保证金").selectOption({ label: kind });
    await page.getByLabel("形式").selectOption({ label: "现金（转账）" });
    await page.getByLabel("投标人", { exact: true }).last().fill(FIRMS[n][0]);
    await page.getByLabel("统一社会信用代码").fill(FIRMS[n][1]);
    await page.getByLabel("企业规模").selectOption({ label: "大型" });
    await page.getByLabel("信用等级").selectOption({ label: "C 级" });
    await page.getByLabel("金额（万元）").fill("1");
    await page.getByLabel("到账之日，或保函生效之日").fill("2026-07-17");
    await page.getByLabel("投标有效期至").fill(plus(90));
    await page.getByLabel("付款人户名").fill(FIRMS[n][0]);
    await page.getByLabel("付款账号").fill(`51050166083600001${n}`);
    await page.getByLabel("银行流水号").fill(`L-${n}`);
    await enter.click();
  };
  await fill(0, "投标保证金");
  await expect(page.getByRole("heading", { name: "已登记 1 笔" })).toBeVisible();
  // Only four kinds are legal; what was typed stays.
  await fill(1, "其他保证金");
  await expect(page.getByText(/只能收取投标、履约、工程质量、农民工工资四种保证金/)).toBeVisible();
  await expect(page.getByLabel("付款账号")).toHaveValue("510501660836000011");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("哪种保证金").selectOption({ label: "投标保证金" });
  await enter.click();
  await expect(page.getByRole("heading", { name: "已登记 2 笔" })).toBeVisible();
  await audit();

  // Somebody else finds the money on the account.
  await signIn("centre2");
  for (const [name] of FIRMS) {
    await page.goto(address);
    await awake(page, javaScriptEnabled);
    await page.getByText("核验", { exact: true }).click();
    const verify = page.locator("#verify");
    await verify.getByLabel("待核验的担保").selectOption({ label: `${name} 现金（转账） 10,000.00 元` });
    await verify.getByLabel("核验方式或不符之处").fill("与银行流水相符");
    await verify.getByRole("button", { name: "核验通过" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: name }).getByText("有效", { exact: true })).toBeVisible();
  }
  // Before the bids are opened, nobody else is told who bids.
  await signIn("duty");
  await page.goto(address);
  await expect(page.getByText("开标前保密")).toBeVisible();
  await expect(page.getByText(FIRMS[0][0])).toHaveCount(0);

  // The award, the day after the deadline: whoever is no candidate waits for nothing more.
  const days = Math.round((Date.parse(deadline) - Date.parse("2026-07-18")) / 86_400_000);
  await later((days + 1) * DAY);
  // The session did not last that long.
  await signIn("centre");
  await page.goto(address);
  await awake(page, javaScriptEnabled);
  await page.getByText("登记中标通知书").click();
  const award = page.locator("#award");
  await award.getByLabel("发出之日").fill(plus(1));
  await award.getByLabel("中标人", { exact: true }).selectOption({ label: FIRMS[0][0] });
  await award.getByRole("button", { name: "登记" }).click();
  await expect(page.getByText("等待签订合同")).toBeVisible();
  // By when the contract has to be signed is told from now on.
  await expect(page.getByRole("heading", { name: "订立书面合同" })).toBeVisible();
  await expect(page.getByText(/最迟 \d{4}-\d\d-\d\d/).first()).toBeVisible();
  await expect(page.getByText(/未入选中标候选人，中标通知书已发出.*系统 .* 02:00 自动退还/)).toBeVisible();
  // It is thought forfeit, and stays for a night; somebody else decides that it is not.
  await page.getByText("提出不予退还", { exact: true }).click();
  const hold = page.locator("#hold");
  await hold.getByLabel("投标人").selectOption({ label: FIRMS[1][0] });
  await hold.getByLabel("法定情形").selectOption({ label: "投标截止后撤销投标文件（可以不退还）" });
  await hold.getByLabel("事实").fill("开标后来函撤销投标文件，见收文登记");
  await hold.getByRole("button", { name: "提出" }).click();
  await expect(page.getByText("已提出不予退还，决定前不退")).toBeVisible();
  await later(DAY);
  await signIn("duty");
  await page.goto(address);
  await awake(page, javaScriptEnabled);
  await expect(page.getByText("已付款", { exact: true })).toHaveCount(0);
  await page.getByText("决定是否退还", { exact: true }).click();
  const decide = page.locator("#forfeit");
  await decide.getByLabel("投标人").selectOption({ label: FIRMS[1][0] });
  await decide.getByLabel("理由").fill("来函由他人冒名，投标人从未撤销投标");
  await decide.getByRole("button", { name: "照常退还" }).click();
  await expect(page.getByText("决定照常退还")).toBeVisible();
  await audit();
  await signIn("centre");
  const bond = (n: number) => page.getByRole("listitem").filter({ hasText: FIRMS[n][0] }).first();
  await expect(async () => {
    await page.goto(address);
    await expect(bond(1).getByText("已付款", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(bond(1).getByText(/利息 .* 元 → 四川乙建设有限公司（\*+0011）/)).toBeVisible();
  await expect(bond(0).getByText("有效", { exact: true })).toBeVisible();

  // The contract: the winner's goes back, too.
  await awake(page, javaScriptEnabled);
  await page.getByText("登记合同签订").click();
  const sign = page.locator("#sign");
  await sign.getByLabel("签订之日").fill(plus(2));
  await sign.getByRole("button", { name: "登记" }).click();
  await expect(page.getByText(/签订合同。/)).toBeVisible();
  await later(DAY);
  await signIn("centre");
  await expect(async () => {
    await page.goto(address);
    await expect(bond(0).getByText("已付款", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.goto("/desk/bonds");
  const line = page.getByRole("listitem").filter({ hasText: title });
  await expect(line.getByText("全部退还")).toBeVisible();
  await expect(page.getByText(/已登记 \d+ 笔，按承诺退还 \d+ 笔/)).toBeVisible();
  await audit();
});

test("流水对不上的，查明后登记", async ({ page, signIn, audit, javaScriptEnabled }) => {
  await signIn("centre");
  await page.goto("/desk/bonds/statement");
  await awake(page, javaScriptEnabled);
  const head = "交易日期,流水号,收入金额,支出金额,对方户名,对方账号,摘要";
  await page.getByLabel("流水（含表头，逗号或制表符分隔）").fill(`${head}\n2026-07-17,FY-${javaScriptEnabled},,5.00,本行,,手续费`);
  await page.getByRole("button", { name: "导入并核对" }).click();
  const line = page.getByRole("listitem").filter({ hasText: `FY-${javaScriptEnabled}` });
  await expect(line.getByText("对不上，待查")).toBeVisible();
  await awake(page, javaScriptEnabled);
  await line.getByText("已查明，登记").click();
  // What is too short is said by its own field, and stays.
  await line.getByLabel("查明的情况和处理").fill("费");
  await line.getByRole("button", { name: "登记" }).click();
  await expect(line.getByRole("alert")).toBeVisible();
  await expect(line.getByLabel("查明的情况和处理")).toHaveValue("费");
  await audit();
  await awake(page, javaScriptEnabled);
  await line.getByLabel("查明的情况和处理").fill("银行扣收的账户管理费");
  await line.getByRole("button", { name: "登记" }).click();
  await expect(line.getByText(/：银行扣收的账户管理费$/)).toBeVisible();
  await expect(line.getByText("已查明", { exact: true })).toBeVisible();
  await expect(line.getByText("已查明，登记")).toHaveCount(0);
  await audit();
});
