// What secures a contract: asked for at a reduced amount, money replaced by a guarantee without a
// day between, given back when the work is accepted; retained money asked back and paid on the
// right working day.
import { awake, expect, opened, picture, test } from "./site";

const DAY = 24 * 60;
const FIRM = "四川甲建设有限公司";
const CODE = "91510802MA62500A9R";

// Months pass here.
test.use({ city: "contracts", disk: true });

const at = (day: string) => `${day}T07:00:00+08:00`;
const days = (from: string, to: string) => Math.round((Date.parse(at(to)) - Date.parse(at(from))) / 60_000);

test("履约担保减半、以保函替代、竣工退还，质保金按期返还", async ({ page, signIn, later, audit, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  await signIn("owner");
  await page.goto("/desk/contracts");
  await page.getByRole("link", { name: "登记合同" }).click();
  await awake(page, javaScriptEnabled);
  await page.getByLabel("合同名称").fill("G543 K66+300 边坡治理施工");
  await page.getByLabel("承包人（中标人）").fill(FIRM);
  await page.getByLabel("统一社会信用代码").fill(CODE);
  await page.getByLabel("企业规模").selectOption({ label: "小型" });
  await page.getByLabel("信用等级").selectOption({ label: "C 级" });
  await page.getByLabel("标的").selectOption({ label: "施工" });
  await page.getByLabel("合同价（万元）").fill("1200");
  await page.getByLabel("签订之日").fill("2026-07-18");
  await page.getByLabel("约定竣工（交付）之日").fill("2026-09-30");
  // A small firm waits sixty days at most.
  await page.getByLabel("约定付款期限（日）").fill("90");
  await page.getByLabel("承包人收款账号").fill("510501660836000077");
  await page.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("向中小企业付款，约定的期限最长 60 日")).toBeVisible();
  await expect(page.getByLabel("合同价（万元）")).toHaveValue("1200");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("约定付款期限（日）").fill("60");
  await page.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "G543 K66+300 边坡治理施工" })).toBeVisible();
  const contract = page.url();

  // The law allows 120; half of it is asked of a small firm without a bad record.
  const require = await opened(page, "require", javaScriptEnabled);
  await expect(require.getByText(/履约保证金：法定最高 1,200,000\.00 元.*最多收 600,000\.00 元/)).toBeVisible();
  await require.getByLabel("哪种保证金").selectOption({ label: "履约保证金" });
  await require.getByLabel("金额（万元）").fill("60.01");
  await require.getByLabel("从哪一天起应有担保").fill("2026-07-18");
  await require.getByRole("button", { name: "登记" }).click();
  await expect(page.getByText(/最多收 600,000\.00 元（系统默认/).last()).toBeVisible();
  const again = await opened(page, "require", javaScriptEnabled);
  await again.getByLabel("金额（万元）").fill("60");
  await again.getByRole("button", { name: "登记" }).click();
  await expect(page.getByText("现在缺担保：2026-07-18 起 600,000.00 元")).toBeVisible();
  await audit();

  // The centre finds the money; somebody else looks at it.
  await signIn("centre");
  await page.goto(contract);
  await page.getByRole("link", { name: "履约保证金" }).click();
  await expect(page.getByText("还没有提供。")).toBeVisible();
  const bond = page.url();
  const give = await opened(page, "give", javaScriptEnabled);
  await give.getByLabel("形式").selectOption({ label: "现金（转账）" });
  await give.getByLabel("金额（万元）").fill("60");
  await give.getByLabel("到账之日，或保函生效之日").fill("2026-07-18");
  await give.getByLabel("付款人户名").fill(FIRM);
  await give.getByLabel("付款账号").fill("510501660836000012");
  await give.getByLabel("银行流水号").fill("LV-1");
  await give.getByRole("button", { name: "提交" }).click();
  await expect(page.getByText("第 1 笔 现金（转账） 600,000.00 元")).toBeVisible();
  const look = async (n: number, how: string) => {
    await page.goto(bond);
    const verify = await opened(page, "verify", javaScriptEnabled);
    await verify.getByLabel("哪一笔").selectOption(String(n));
    await verify.getByLabel("核验方式或不符之处").fill(how);
    await verify.getByRole("button", { name: "核验通过" }).click();
    await expect(page.getByText(how)).toBeVisible();
  };
  await signIn("owner");
  await look(1, "与银行流水相符");
  await expect(page.getByText("现在缺担保")).toHaveCount(0);

  // A guarantee in its place: looked at first, then the money goes.
  const paper = await opened(page, "give", javaScriptEnabled);
  await paper.getByLabel("形式").selectOption({ label: "银行保函" });
  await paper.getByLabel("金额（万元）").fill("60");
  await paper.getByLabel("到账之日，或保函生效之日").fill("2026-07-18");
  await paper.getByLabel("编号").fill("YZ-2026-7");
  await paper.getByLabel("开立机构").fill("某银行广元分行");
  await paper.getByLabel("介质").selectOption({ label: "电子" });
  await paper.getByLabel("到期日").fill("2026-10-31");
  await paper.getByLabel("费用（元）").fill("600");
  await paper.getByRole("button", { name: "提交" }).click();
  await expect(page.getByText("第 2 笔 银行保函 600,000.00 元")).toBeVisible();
  await signIn("centre");
  // Its issuer's own service vouches for it; no person has to look.
  await expect(async () => {
    await page.goto(bond);
    await expect(page.getByText(/开立机构接口 \d{4}-\d\d-\d\d 核验一致/)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const replace = await opened(page, "replace", javaScriptEnabled);
  await replace.getByLabel("退还哪一笔").selectOption("1");
  await replace.getByLabel("说明").fill("以保函替代现金");
  await replace.getByRole("button", { name: "退还" }).click();
  await expect(async () => {
    await page.goto(bond);
    await expect(page.getByText("已付款", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByText("已退还", { exact: true })).toBeVisible();
  // One person's claim takes nothing out; the owner refuses it.
  const claim = await opened(page, "claim", javaScriptEnabled);
  await claim.getByLabel("从哪一笔").selectOption("2");
  await claim.getByLabel("金额（万元）").fill("1");
  await claim.getByLabel("哪一天").fill("2026-07-18");
  await claim.getByLabel("事由和依据").fill("临时便道未按约定修复，见监理通知单");
  await claim.getByRole("button", { name: "登记索赔" }).click();
  await expect(page.getByText("待确认索赔", { exact: true })).toBeVisible();
  await picture(page, "bond-one");
  await audit();
  await signIn("owner");
  await page.goto(bond);
  const answer = await opened(page, "claim_yes", javaScriptEnabled);
  await answer.getByLabel("哪一笔").selectOption("2");
  await answer.getByLabel("核对情况，或驳回理由").fill("便道已按通知修复，照片齐全");
  await answer.getByRole("button", { name: "驳回" }).click();
  await expect(page.getByText("待确认索赔", { exact: true })).toHaveCount(0);
  await expect(page.getByText("第 2 笔 银行保函 600,000.00 元")).toBeVisible();

  // The work is accepted: the guarantee goes in the night.
  await later(days("2026-07-18", "2026-09-10"));
  await signIn("owner");
  await page.goto(contract);
  const complete = await opened(page, "complete", javaScriptEnabled);
  await complete.getByLabel("验收合格之日").fill("2026-09-10");
  await complete.getByLabel("验收文件").fill("工程接收证书第 1 号");
  await complete.getByRole("button", { name: "登记" }).click();
  await expect(page.getByText("已竣工验收", { exact: true })).toBeVisible();
  await later(DAY);
  await signIn("owner");
  await expect(async () => {
    await page.goto(contract);
    await expect(page.getByText("已解除", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();

  // Settled; three per cent may be kept, half of it of a small firm; in two parts.
  const settle = await opened(page, "settle", javaScriptEnabled);
  await settle.getByLabel("结算确认之日").fill("2026-09-11");
  await settle.getByLabel("结算总额（万元）").fill("1200");
  await settle.getByLabel("结算文件").fill("结算审定单");
  await settle.getByRole("button", { name: "登记" }).click();
  await expect(page.getByText("已结算", { exact: true })).toBeVisible();
  const retain = await opened(page, "retain", javaScriptEnabled);
  await retain.getByLabel("预留金额（万元）").fill("18");
  await retain.getByLabel("从哪一天起预留").fill("2026-09-11");
  for (const [i, [name, share, due]] of [["首次回访", "40", "2026-09-14"], ["缺陷责任期届满", "60", "2027-09-10"]].entries()) {
    await retain.getByLabel("里程碑").nth(i).fill(name);
    await retain.getByLabel("比例（%）").nth(i).fill(share);
    await retain.getByLabel("起可申请返还之日").nth(i).fill(due);
  }
  await retain.getByRole("button", { name: "登记预留" }).click();
  await expect(page.getByText("第 2 笔 结算预留 108,000.00 元")).toBeVisible();
  await picture(page, "contract");
  await audit();

  // Asked for, agreed to on the last day before the holidays, paid on the first working day
  // after them.
  await later(days("2026-09-11", "2026-09-30"));
  await signIn("centre");
  await page.goto(contract);
  await page.getByRole("link", { name: "工程质量保证金" }).click();
  await awake(page, javaScriptEnabled);
  const retention = page.url();
  const apply = await opened(page, "apply", javaScriptEnabled);
  await apply.getByLabel("哪一期").selectOption("1");
  await apply.getByLabel("说明").fill("首次回访无缺陷");
  await apply.getByRole("button", { name: "申请" }).click();
  await expect(page.getByText("待核实", { exact: true })).toBeVisible();
  await signIn("owner");
  await page.goto(retention);
  const agree = await opened(page, "agree", javaScriptEnabled);
  await agree.getByLabel("哪一期").selectOption("1");
  await agree.getByLabel("核实情况，或异议").fill("回访记录齐全");
  await agree.getByRole("button", { name: "核实无异议" }).click();
  await expect(page.getByText("核实无异议", { exact: true }).first()).toBeVisible();
  await later(days("2026-09-30", "2026-10-07"));
  await signIn("owner");
  await page.goto(retention);
  await expect(page.getByText("已付款", { exact: true })).toHaveCount(0);
  await later(DAY);
  await signIn("owner");
  await expect(async () => {
    await page.goto(retention);
    await expect(page.getByText("已付款", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByText(/2026-10-08 .* 付款|10-08 .* 付款/)).toBeVisible();
  await expect(page.getByText("已返还", { exact: true })).toBeVisible();
  await picture(page, "retention");
  await audit();

  // Made public: what it came to stands among the cases, without the account.
  await page.goto(contract);
  await awake(page, javaScriptEnabled);
  await page.getByRole("button", { name: "公开合同" }).click();
  await expect(page.getByText("已公开", { exact: true })).toBeVisible();
  await page.goto("/contracts");
  await expect(page.getByRole("row").filter({ hasText: "G543 K66+300 边坡治理施工" })).toContainText("12,000,000.00");
  await audit();
  await page.goto("/bonds");
  await expect(page.getByText("履约保证金以保函、保险替代现金 600,000.00 元")).toBeVisible();
  await expect(page.getByText("510501660836000077")).toHaveCount(0);
  await picture(page, "bonds-public");
  await audit();

  // What another ladder would have come to.
  await signIn("duty");
  await page.goto("/desk/bonds/simulate");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("无失信记录的中小微企业减免履约保证金（%）").fill("100");
  await page.getByRole("button", { name: "试算" }).click();
  await expect(page.getByRole("status").filter({ hasText: /少收 [\d,]+\.00 元/ })).toBeVisible();
  await audit();
});
