// The green channel: a refused emergency goes over with everything entered; the department
// says yes, the trading centre opens, approvals run side by side, the supervisor urges; a
// late clarification moves the deadline, and a holiday lies in between.
import { awake, expect, picture, test } from "./site";

const MINUTES_A_DAY = 24 * 60;

// Two months pass here.
test.use({ city: "channel" });

test("不予认定的险情转绿色通道", async ({ page, browser, site, signIn, later, audit, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const visitor = async (who: string, path: string) => {
    const other = await (await browser.newContext({ baseURL: site, javaScriptEnabled })).newPage();
    await signIn(who, other);
    await other.goto(path);
    await awake(other, javaScriptEnabled);
    return other;
  };

  // The owner takes the refused case over: what was entered is there already.
  await signIn("owner");
  await page.goto("/emergencies/xq-now-3");
  await page.getByRole("link", { name: "转绿色通道" }).click();
  await expect(page.getByText(/由险情 险〔2026〕.* 转入，已填内容一并带入/)).toBeVisible();
  await awake(page, javaScriptEnabled);
  await expect(page.getByLabel("项目名称")).not.toHaveValue("");
  await expect(page.getByLabel("为什么急")).toHaveValue(/不予认定/);
  await page.getByLabel("属于哪种情形").selectOption({ label: "保障城市运行必需" });
  await page.getByLabel("最高限价（万元）").fill("120");
  await page.getByLabel("资金来源").selectOption({ label: "财政资金" });
  await page.getByLabel("通道用到哪一天").fill("2026-12-31");
  const paper = (name: string) => page.getByRole("group", { name });
  const state = (name: string, to: string) => paper(name).getByLabel("怎样").selectOption({ label: to });
  const words = (name: string, text: string) => paper(name).getByLabel("文号、承诺内容或理由").fill(text);
  await state("项目审批、核准或备案文件", "并联办理");
  await state("资金落实证明", "已提交");
  await words("资金落实证明", "广财建〔2026〕112号");
  await state("用地预审与选址意见", "容缺，之后补");
  await state("设计文件及审查意见", "并联办理");
  await state("环境影响评价文件", "告知承诺");
  await words("环境影响评价文件", "原位疏浚，不新增占地和排污");
  await state("工程量清单及控制价", "不需要");
  await words("工程量清单及控制价", "随招标文件一并编制");
  await page.getByRole("button", { name: "提交申请" }).click();
  // What follows has a day and a name.
  await expect(page.getByText("有 2 处需要修改，已填内容都还在。")).toBeVisible();
  await audit();
  await picture(page, "channel-apply");
  await awake(page, javaScriptEnabled);
  await paper("用地预审与选址意见").getByLabel("容缺的，何时补齐").fill("2026-08-10");
  await paper("用地预审与选址意见").getByLabel("容缺的，谁负责").fill("何国强");
  await page.getByRole("button", { name: "提交申请" }).click();
  await expect(page.getByText("待决定", { exact: true })).toBeVisible();
  await expect(page.getByText(/由险情 险〔2026〕.* 转入/)).toBeVisible();
  const address = page.url();

  // The department's opinion, the centre's decision.
  const department = await visitor("zhujian", address);
  await department.getByLabel("意见", { exact: true }).selectOption({ label: "同意" });
  await department.getByLabel("理由", { exact: true }).fill("汛期排水受阻，情况属实");
  await department.getByRole("button", { name: "出具意见" }).click();
  await expect(department.getByText(/同意：汛期排水受阻/)).toBeVisible();
  await later(90);
  const centre = await visitor("centre", address);
  await centre.getByLabel("决定理由").fill("属于城市运行必需，范围与核查一致");
  await centre.getByRole("button", { name: "开通", exact: true }).click();
  await expect(centre.getByText("已开通", { exact: true })).toBeVisible();
  await expect(centre.getByRole("heading", { name: "办理路线" })).toBeVisible();
  await expect(centre.getByText("招标文件发出至投标截止 20 日", { exact: false }).first()).toBeVisible();
  await audit(centre);
  await picture(centre, "channel");

  // One approval in time; the other is urged, then given.
  const duty = await visitor("duty", address);
  await duty.getByText("批准", { exact: true }).first().click();
  await duty.getByLabel("批准文号").fill("广发改审〔2026〕88号");
  await duty.getByRole("button", { name: "批准", exact: true }).click();
  await expect(duty.getByText(/批准，广发改审〔2026〕88号/)).toBeVisible();
  await later(8 * MINUTES_A_DAY);
  const supervisor = await visitor("supervisor", "/desk/supervision");
  await expect(supervisor.getByText("红 · 逾期").first()).toBeVisible();
  await audit(supervisor);
  await picture(supervisor, "supervision");
  await supervisor.goto(address);
  await awake(supervisor, javaScriptEnabled);
  await expect(supervisor.getByText(/市住房城乡建设局：承诺时限 .* 已过，尚未办结/)).toBeVisible();
  await supervisor.getByLabel("这是").selectOption({ label: "督办" });
  await supervisor.getByRole("textbox", { name: "内容", exact: true }).fill("请三个工作日内办结");
  await supervisor.getByRole("button", { name: "发送" }).click();
  await expect(supervisor.getByRole("paragraph").filter({ hasText: "请三个工作日内办结" })).toBeVisible();
  // Sessions end overnight: everybody signs in anew.
  await signIn("zhujian", department);
  await department.goto(address);
  await awake(department, javaScriptEnabled);
  await department.getByText("批准", { exact: true }).first().click();
  await department.getByLabel("批准文号").fill("施工图审查合格书 117 号");
  await department.getByRole("button", { name: "批准", exact: true }).click();
  await expect(department.getByText(/批准，施工图审查合格书 117 号/)).toBeVisible();

  // The paper that was to follow comes in time.
  await signIn("owner");
  await page.goto(address);
  await awake(page, javaScriptEnabled);
  await page.getByText("补齐", { exact: true }).first().click();
  await page.getByLabel("文号或材料名称").fill("广自然资预〔2026〕7号");
  await page.getByRole("button", { name: "补齐", exact: true }).click();
  await expect(page.getByText(/广自然资预〔2026〕7号，.* 补齐/)).toBeVisible();

  // The notice: held for want of a plan, let go, and tied to the channel.
  await later(44 * MINUTES_A_DAY);
  await signIn("owner");
  await page.goto("/desk/notices/new");
  await awake(page, javaScriptEnabled);
  await page.getByLabel("公告名称").fill("元坝镇排水沟疏浚施工招标");
  for (const [label, choice] of [["行业", "房建市政"], ["类别", "施工"], ["招标方式", "公开招标"]]) {
    await page.getByLabel(label, { exact: true }).selectOption({ label: choice });
  }
  await page.getByLabel("最高投标限价或估算价（万元）").fill("118");
  for (const [label, value] of [["公告日", "2026-09-07"], ["招标文件发售、下载自", "2026-09-07"], ["至", "2026-09-16"], ["投标截止日", "2026-09-30"]]) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("提前期不足，暂缓公告").or(page.getByText("暂缓", { exact: true })).first()).toBeVisible();
  await awake(page, javaScriptEnabled);
  await page.getByLabel("理由", { exact: true }).selectOption({ label: "应急" });
  await page.getByLabel("说明（准许后公开）").fill("绿色通道项目，汛期排水");
  await page.getByRole("button", { name: "提交理由" }).click();
  const notice = page.url();
  const number = (await page.getByText(/ZB-2026-\d{6}/).first().innerText()).match(/ZB-2026-\d{6}/)![0];
  const lead = await visitor("jiaotong-lead", notice);
  await lead.getByLabel("准许意见（公开）").fill("绿色通道，同意");
  await lead.getByRole("button", { name: "准许", exact: true }).click();
  await expect(lead.getByText("准许：绿色通道，同意")).toBeVisible();
  await page.goto(address);
  await awake(page, javaScriptEnabled);
  await page.getByText("关联招标公告", { exact: true }).first().click();
  await page.getByLabel("招标公告登记号").fill(number);
  await page.getByRole("button", { name: "关联招标公告" }).click();
  const opening = page.getByRole("row", { name: /投标、开标/ });
  await expect(opening).toContainText("9月30日");

  // Clarified late: the deadline must move, over the holidays of October.
  await later(13 * MINUTES_A_DAY);
  await signIn("owner");
  const correct = async (deadline: string) => {
    await page.getByLabel(/^最近一次澄清、修改\s*（可不填）$/).fill("2026-09-20");
    await page.getByLabel("投标截止日").fill(deadline);
    await page.getByLabel("更正理由（公开）").fill("澄清招标文件");
    await page.getByRole("button", { name: "登记", exact: true }).click();
  };
  await page.goto(`${notice}/edit`);
  await awake(page, javaScriptEnabled);
  await correct("2026-10-04");
  await expect(page.getByText(/澄清或修改招标文件至投标截止不得少于 15 日，最早 2026-10-05/)).toBeVisible();
  await awake(page, javaScriptEnabled);
  await correct("2026-10-12");
  await expect(page.getByText("2026-10-12").first()).toBeVisible();
  await page.goto(address);
  await expect(opening).toContainText("10月12日");
  await page.getByText("关键路径怎么算出来的").click();
  await audit();
  await picture(page, "channel-moved");
  for (const other of [department, centre, duty, supervisor, lead]) await other.context().close();
});

test("督办、成效、线索各页", async ({ page, signIn, audit }) => {
  await signIn("supervisor");
  await page.goto("/desk/channels");
  await audit();
  await picture(page, "channels");
  await page.getByRole("link", { name: "成效" }).click();
  await expect(page.getByRole("heading", { name: "绿色通道成效" })).toBeVisible();
  await audit();
  await picture(page, "channel-measures");
  await page.getByRole("row", { name: /青川县/ }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "1 件" })).toBeVisible();
  await page.goto("/desk/clues");
  await audit();
  await page.goto("/desk/credits");
  await audit();
  await page.goto("/desk/channels/lt-demo-1");
  await page.getByRole("link", { name: "项目档案" }).click();
  await expect(page.getByRole("heading", { name: /齐全性 \d+\/\d+/ })).toBeVisible();
  await audit();
  await picture(page, "dossier");
  const whole = page.waitForEvent("download");
  await page.getByRole("link", { name: "打包下载（zip）" }).click();
  expect((await whole).suggestedFilename()).toBe("channel-lt-demo-1.zip");
});
