// A draw that anyone can check, and a mission from the link in the message to its
// score.
import { awake, expect, newestMessage, picture, test } from "./site";
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
  await page.getByRole("button", { name: "提交承诺" }).click();
  await expect(page.getByText("已承诺")).toBeVisible();
  await expect(page.getByRole("button", { name: "公布随机数" })).toHaveCount(0);
  await audit();

  // The witness, of another organisation.
  await signIn("supervisor");
  await page.goto(draw);
  await page.getByRole("button", { name: "提交承诺" }).click();
  await page.getByRole("button", { name: "公布随机数" }).click();
  await expect(page.getByText("已公布")).toBeVisible();
  await signIn("duty");
  await page.goto(draw);
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
  await later(31);
  const third = await newestMessage(gateway, sent + 3);
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
  await later(70);
  await page.getByRole("button", { name: "已到场" }).click();
  await expect(page.locator(".state", { hasText: "已到场" })).toBeVisible();
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

  // The danger is controlled: nobody more can be called, and the scope is frozen.
  await signIn("duty");
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
  await page.getByRole("link", { name: "核验抽取" }).click();
  await expect(page.getByText("重算一致")).toBeVisible();
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
