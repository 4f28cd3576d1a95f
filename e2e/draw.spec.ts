// A draw that anyone can check, and a mission from the link in the message to its
// score.
import { awake, expect, newestMessage, picture, PIXEL, test } from "./site";
import type { Page } from "@playwright/test";

/** The owner reports, the desks verify and determine: a case that may call. */
async function determined(page: Page, title: string, signIn: (who: string) => Promise<void>) {
  await signIn("owner");
  await page.goto("/report");
  await page.getByLabel("一句话说明").fill(title);
  await page.getByLabel("属于哪类").selectOption({ label: "交通设施抢通保通" });
  await page.getByLabel("紧急程度").selectOption({ label: "紧急" });
  await page.getByLabel("县区").selectOption({ label: "旺苍县" });
  await page.getByLabel("地点").fill("白水镇 G108 K1820+500");
  await page.getByLabel("经度").fill("106.0163");
  await page.getByLabel("纬度").fill("32.2582");
  await page.getByLabel("发现时间").fill("2026-07-18T06:50");
  await page.getByRole("button", { name: "上报" }).click();
  await expect(page.getByRole("heading", { name: title })).toBeVisible();
  const url = page.url().replace(/[?#].*/, "");
  await signIn("duty");
  await page.goto(url);
  await page.getByRole("button", { name: "受理，通知核查" }).click();
  await expect(page.getByText("核查中")).toBeVisible();
  await signIn("jiaotong");
  await page.goto(url);
  await page.getByLabel("到场时间").fill("2026-07-18T07:00");
  await page.getByLabel("第二核查人").fill("冯刚");
  await page.getByLabel("核查情况").fill("路基缺口约二十米，双向中断。");
  await page.getByLabel("特定受损范围").fill("K1820+490 至 K1820+515");
  await page.getByRole("button", { name: "提交核查" }).click();
  await expect(page.getByText("冯刚")).toBeVisible();
  await signIn("jiaotong-lead");
  await page.goto(url);
  for (const condition of ["由自然灾害", "需立即采取措施", "限于险（灾）情"]) {
    await page.getByLabel(condition).check();
  }
  await page.getByLabel("认定机关").fill("市交通运输局");
  await page.getByLabel("文号").fill("广交应急〔2026〕8号");
  await page.getByLabel("为何不适宜招标").fill("国道中断，须当日抢通。");
  await page.getByLabel("工程范围").fill("K1820+490 至 K1820+515");
  await page.getByLabel("费用上限").fill("96");
  await page.getByLabel("计划完工日").fill("2026-07-28");
  await page.getByRole("button", { name: "认定为抢险救灾工程" }).click();
  await expect(page.getByText("已认定")).toBeVisible();
  return url;
}

test("抽签、短信链接应答、施救、验收、评价、公示", async ({ page, gateway, signIn, later, audit, javaScriptEnabled }) => {
  const url = await determined(page, "白水镇国道缺口", signIn);
  const sent = gateway.messages.length;

  // The duty officer freezes the list and commits; alone nothing can be revealed.
  await signIn("duty");
  await page.goto(url);
  await page.getByRole("link", { name: "选派队伍" }).click();
  await page.getByRole("button", { name: "冻结名单，开始抽取" }).click();
  await expect(page.getByRole("heading", { name: /随机抽取第 1 轮/ })).toBeVisible();
  const draw = page.url();
  await awake(page, javaScriptEnabled);
  await page.getByRole("button", { name: "提交承诺" }).click();
  await expect(page.getByText("已承诺")).toBeVisible();
  await expect(page.getByRole("button", { name: "公布随机数" })).toHaveCount(0);
  await audit();

  // The witness, of another organisation.
  await signIn("supervisor");
  await page.goto(draw);
  await awake(page, javaScriptEnabled);
  await page.getByRole("button", { name: "提交承诺" }).click();
  await page.getByRole("button", { name: "公布随机数" }).click();
  await expect(page.getByText("已公布")).toBeVisible();
  // With script the number is the browser's own; without, the system keeps one and
  // says so.
  const kept = page.getByText("随机数由系统代存");
  await expect(kept).toHaveCount(javaScriptEnabled === false ? 2 : 0);
  await signIn("duty");
  await page.goto(draw);
  await awake(page, javaScriptEnabled);
  await page.getByRole("button", { name: "公布随机数" }).click();
  await expect(page.getByRole("heading", { name: "抽取结果" })).toBeVisible();
  await expect(page.getByText("重算一致")).toBeVisible();
  await audit();
  await picture(page, "draw");

  // Anyone can check it; a changed byte is found.
  await page.context().clearCookies();
  await page.goto(draw);
  await awake(page, javaScriptEnabled);
  await expect(page.getByText("重算一致")).toBeVisible();
  if (javaScriptEnabled !== false) {
    const record = page.getByLabel("抽取记录");
    const text = await record.inputValue();
    await record.fill(text.replace(/"case": "险/, '"case": "难'));
    await expect(page.getByText("种子推算不出")).toBeVisible();
    await record.fill(text);
    await expect(page.getByText("重算一致")).toBeVisible();
  }

  // The drawn team opens the link in its message, without signing in; looking
  // changes nothing; it can't go. Its substitute is told by itself.
  const first = await newestMessage(gateway, sent + 1);
  await expect(async () => {
    await page.goto(first.link);
    await expect(page.getByText("待应答")).toBeVisible({ timeout: 2000 });
  }).toPass();
  await audit();
  await picture(page, "link");
  await page.getByText("不能出动…").click();
  await page.getByRole("button", { name: "不能出动", exact: true }).click();
  await expect(page.getByText("请填写")).toBeVisible();
  await page.getByLabel("不能出动的原因").fill("挖掘机检修，今日不能出动");
  await page.getByRole("button", { name: "不能出动", exact: true }).click();
  await expect(page.getByText("已拒绝")).toBeVisible();

  // The second does not answer within the half hour: the third is told.
  const second = await newestMessage(gateway, sent + 2);
  expect(second.link).not.toBe(first.link);
  await expect(async () => {
    await page.goto(second.link);
    await expect(page.getByText("待应答")).toBeVisible({ timeout: 2000 });
  }).toPass();
  // Silent after three minutes: it is telephoned; after five the second contact is
  // told, of the same call.
  const spoken = () => gateway.spoken.filter((message) => message.to === second.to).length;
  expect(spoken()).toBe(0);
  await later(4);
  await expect.poll(spoken).toBe(1);
  await later(2);
  const again = await newestMessage(gateway, sent + 3);
  expect(again.link).toBe(second.link);
  expect(again.to).not.toBe(second.to);
  await later(25);
  const third = await newestMessage(gateway, sent + 4);
  await page.goto(second.link);
  await expect(page.getByText("未应答", { exact: true })).toBeVisible();

  // The third accepts by the link, then signs in and reports its way.
  await page.goto(third.link);
  await page.getByRole("button", { name: "接受，立即出动" }).click();
  await expect(page.getByText("已接受")).toBeVisible();
  await signIn(third.firm);
  await page.goto("/missions");
  await awake(page, javaScriptEnabled);
  await audit();
  // The substitute may be another team of the same firm: the call that was accepted.
  await page.getByRole("listitem").filter({ hasText: "已接受" }).getByRole("link", { name: "白水镇国道缺口" }).click();
  const mission = page.url();
  await page.getByRole("button", { name: "已出发" }).click();
  await expect(page.getByText("在途")).toBeVisible();
  if (javaScriptEnabled !== false) {
    // Without signal the log is kept on the phone and sent when there is some again.
    await page.goto(mission);
    await awake(page, javaScriptEnabled);
    await page.context().setOffline(true);
    await page.getByLabel("说明").last().fill("前方落石，绕行中。");
    await page.getByRole("button", { name: "写日志" }).click();
    await expect(page.getByText("1 条操作已记在手机里")).toBeVisible();
    await expect(page.getByText("前方落石")).toHaveCount(0);
    await page.context().setOffline(false);
    await expect(page.getByText("日志").locator("..").getByText("前方落石，绕行中。")).toBeVisible();
    await expect(page.getByText("已记在手机里")).toHaveCount(0);
  }
  await later(70);
  if (javaScriptEnabled !== false) {
    await page.context().grantPermissions(["geolocation"]);
    await page.context().setGeolocation({ longitude: 106.0163, latitude: 32.2582, accuracy: 12 });
    await awake(page, javaScriptEnabled);
    await page.getByRole("button", { name: "用手机定位" }).click();
    await expect(page.getByText("误差约 12 米")).toBeVisible();
    await expect(page.getByLabel("经度")).toHaveValue("106.016300");
  } else {
    // Neither a position nor a reason for none: not yet.
    await page.getByRole("button", { name: "已到场" }).click();
    await expect(page.getByText("不能定位的，在说明里写明原因。").first()).toBeVisible();
    await page.locator("form").filter({ hasText: "已到场" }).getByLabel("说明").fill("峡谷内无法定位");
  }
  await page.getByRole("button", { name: "已到场" }).click();
  await expect(page.locator(".state", { hasText: "已到场" })).toBeVisible();
  // A photo; what is none is refused by its content.
  await page.getByLabel("添加照片或 PDF").setInputFiles({ name: "缺口.jpg", mimeType: "image/jpeg", buffer: Buffer.from("MZ no picture") });
  await page.getByRole("button", { name: "上传" }).click();
  await expect(page.getByText("只收 JPG、PNG 照片和 PDF 文件")).toBeVisible();
  await page.getByLabel("添加照片或 PDF").setInputFiles({ name: "缺口.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "上传" }).click();
  await expect(page.getByRole("link", { name: "缺口.png" })).toBeVisible();
  await awake(page, javaScriptEnabled);
  await audit();
  await picture(page, "mission");
  await page.locator("#progress").getByLabel("说明").fill("缺口回填完毕，双向放行。");
  await page.getByRole("button", { name: "完工" }).click();
  await expect(page.getByText("已完工")).toBeVisible();

  // Acceptance and score.
  await signIn("jiaotong");
  await page.goto(mission);
  await page.getByLabel("验收意见").fill("现场查验合格，准予验收。");
  await page.getByRole("button", { name: "验收合格" }).click();
  await expect(page.locator(".state", { hasText: "已验收" })).toBeVisible();
  await page.getByLabel(/^响应时间/).fill("21");
  await page.getByRole("button", { name: "提交评价" }).click();
  await expect(page.getByText("请填 0 到 20 之间的数")).toBeVisible();
  await audit();
  await page.getByLabel(/^响应时间/).fill("17");
  await page.getByRole("button", { name: "提交评价" }).click();
  await expect(page.getByText("97 分").first()).toBeVisible();

  // Contract and settlement; above the ceiling only with a reason.
  await page.locator("summary", { hasText: "登记合同" }).click();
  await page.getByLabel("签订日期").fill("2026-07-18");
  await page.getByLabel("计价方式").selectOption({ label: "成本加酬金" });
  await page.getByLabel("合同价（万元）").fill("90");
  await page.getByLabel("计划工期（天）").fill("10");
  await page.getByRole("button", { name: "登记并公开" }).click();
  await page.locator("summary", { hasText: "登记结算" }).click();
  await page.getByLabel("结算价（万元）").fill("97.5");
  await page.getByLabel("评审或审计单位").fill("市财政评审中心");
  await page.getByLabel("评审或审计结论").fill("审定 97.5 万元。");
  await page.getByRole("button", { name: "登记并公开" }).click();
  await expect(page.getByText("超出认定的费用上限 960,000.00 元")).toBeVisible();
  await page.getByLabel("超出费用上限的理由").fill("回填料就近取用困难，运距增加。");
  await page.getByRole("button", { name: "登记并公开" }).click();
  await expect(page.getByText("结算 975,000.00 元")).toBeVisible();

  // The danger is controlled: nobody more can be called, and the scope is frozen.
  await signIn("duty");
  await page.goto(mission);
  await page.getByRole("button", { name: "公开", exact: true }).click();
  await expect(page.getByText("已公开")).toBeVisible();
  await page.goto(url);
  await page.locator("summary", { hasText: "宣布险情控制" }).click();
  await page.locator("#control").getByLabel("说明").fill("缺口已回填，恢复通行。");
  await page.getByRole("button", { name: "宣布险情控制" }).click();
  await expect(page.getByText("不再具备不招标的前提")).toBeVisible();
  await expect(page.getByRole("link", { name: "选派队伍" })).toHaveCount(0);

  // The public reads all of it.
  await page.context().clearCookies();
  await page.goto("/publicity");
  await page.getByRole("link", { name: "白水镇国道缺口" }).click();
  await expect(page.getByText("随机抽取第 1 轮").first()).toBeVisible();
  await expect(page.getByText("97 分")).toBeVisible();
  await expect(page.getByText("975,000.00 元")).toBeVisible();
  const photo = page.getByRole("img", { name: /现场照片/ });
  await expect(photo).toBeVisible();
  expect(await photo.evaluate((img) => (img as HTMLImageElement).getAttribute("src"))).toMatch(/\/public$/);
  await audit();
  await page.getByRole("link", { name: "核验抽取" }).click();
  await expect(page.getByText("重算一致")).toBeVisible();
});

test("审计员筛选日志，看一件全案，导出", async ({ page, request, signIn, audit }) => {
  const url = await determined(page, "白水镇涵洞冲毁", signIn);
  const number = await page.locator("article .push").first().innerText();
  await signIn("supervisor");
  await page.goto("/journal");
  await page.getByLabel("事项").selectOption({ label: "认定" });
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.getByText("认定 广交应急").first()).toBeVisible();
  await expect(page.locator("main li .line b").filter({ hasNotText: "认定" })).toHaveCount(0);
  await audit();
  await page.getByLabel("全案").fill("险〔1999〕0101-01");
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.getByText("请从列出的选项中选择")).toBeVisible();
  await page.getByLabel("事项").selectOption({ label: "全部" });
  await page.getByLabel("全案").fill(number);
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.locator("main li .line b").first()).toHaveText("认定");
  await expect(page.locator("main li .line b").last()).toHaveText("上报险情");
  await picture(page, "journal");
  const href = await page.getByRole("link", { name: "导出表格" }).getAttribute("href");
  const table = await (await page.context().request.get(href!)).text();
  expect(table.trim().split("\n")).toHaveLength(5);
  expect(table).toContain("白水镇涵洞冲毁");
  // Nobody else may take it.
  expect((await request.get(href!)).status()).toBe(401);
  expect(url).toContain("/emergencies/");
});

test("短信未送达，值班员看得见", async ({ page, gateway, signIn }) => {
  const url = await determined(page, "白水镇边坡落石", signIn);
  gateway.arrive = false;
  await signIn("duty");
  await page.goto(`${url}/candidates`);
  await page.getByLabel("下令人及职务").fill("王志远 指挥长");
  await page.getByLabel("为什么不抽签").fill("落石不断，须就近处置。");
  const sent = gateway.messages.length;
  await page.getByRole("button", { name: "发出调度" }).click();
  await newestMessage(gateway, sent + 1);
  await expect(async () => {
    await page.goto(url);
    await expect(page.getByText("未送达：关机")).toBeVisible({ timeout: 1000 });
  }).toPass();
  // Taken back, the call goes to the next team by itself; its message arrives.
  gateway.arrive = true;
  await page.locator("#calls").getByRole("link").first().click();
  await page.locator("summary", { hasText: "撤回调度" }).click();
  await page.getByLabel("理由").fill("电话也打不通，改派下一支。");
  await page.getByRole("button", { name: "撤回调度" }).click();
  await expect(page.getByText("已撤回")).toBeVisible();
  await newestMessage(gateway, sent + 2);
  await page.goto(url);
  await expect(page.locator("#calls").getByRole("link")).toHaveCount(2);
});
