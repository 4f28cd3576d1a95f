// A bid bond that goes back although the power failed before its night, and was away for days.
import { awake, expect, opened, test } from "./site";

const FIRM = "四川甲建设有限公司";
const CODE = "91510802MA62500A9R";

test.use({ city: "power", disk: true });

test("断电睡过应退之夜，重启后自动退还投标保证金", async ({ page, signIn, house, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  await signIn("centre");
  await page.goto("/desk/notices");
  await page.locator("a.title[href^='/desk/notices/']").first().click();
  await page.getByRole("link", { name: "投标保证金" }).click();
  await awake(page, javaScriptEnabled);
  const address = page.url();
  const head = await page.getByText(/投标截止 \d{4}-\d\d-\d\d/).first().textContent();
  const deadline = head!.match(/投标截止 (\d{4}-\d\d-\d\d)/)![1];
  const plus = (n: number) => new Date(Date.parse(deadline) + n * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("哪种保证金").selectOption({ label: "投标保证金" });
  await page.getByLabel("形式").selectOption({ label: "现金（转账）" });
  await page.getByLabel("投标人", { exact: true }).last().fill(FIRM);
  await page.getByLabel("统一社会信用代码").fill(CODE);
  await page.getByLabel("企业规模").selectOption({ label: "大型" });
  await page.getByLabel("信用等级").selectOption({ label: "C 级" });
  await page.getByLabel("金额（万元）").fill("1");
  await page.getByLabel("到账之日，或保函生效之日").fill("2026-07-17");
  await page.getByLabel("投标有效期至").fill(plus(90));
  await page.getByLabel("付款人户名").fill(FIRM);
  await page.getByLabel("付款账号").fill("510501660836000012");
  await page.getByLabel("银行流水号").fill("L-1");
  await page.getByRole("button", { name: "登记", exact: true }).last().click();
  await expect(page.getByRole("heading", { name: "已登记 1 笔" })).toBeVisible();
  await signIn("centre2");
  await page.goto(address);
  const verify = await opened(page, "verify", javaScriptEnabled);
  await verify.getByLabel("待核验的担保").selectOption({ index: 1 });
  await verify.getByLabel("核验方式或不符之处").fill("与银行流水相符");
  await verify.getByRole("button", { name: "核验通过" }).click();
  await expect(page.getByText("有效", { exact: true })).toBeVisible();

  // The tender ends; the power fails before the night, and is back three days later.
  const end = await opened(page, "end", javaScriptEnabled);
  await end.getByLabel("终止之日").fill("2026-07-18");
  await end.getByLabel("为什么终止").fill("规划调整，招标终止");
  await end.getByRole("button", { name: "登记终止" }).click();
  await expect(page.getByText("招标于 2026-07-18 终止。")).toBeVisible();
  await house.restart("2026-07-21T07:00:00+08:00");
  await signIn("centre");
  await expect(async () => {
    await page.goto(address);
    await expect(page.getByText("已付款", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByText("全部退还").or(page.getByText("已退还", { exact: true })).first()).toBeVisible();
});
