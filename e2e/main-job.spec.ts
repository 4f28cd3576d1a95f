// The main job: a danger is reported, verified, determined; the nearest team is
// called, declines, the substitute goes; the public sees who was sent and why.
import { awake, expect, picture, PIXEL, test } from "./site";

test("从上报到公示，第一支队伍拒绝，第二支出动", async ({ page, context, browser, site, signIn, later, audit, javaScriptEnabled }) => {
  // Anyone reports, without an account; a slip is shown at its field and nothing
  // typed is lost.
  await page.goto("/report");
  await awake(page, javaScriptEnabled);
  await audit();
  await page.getByLabel("一句话说明").fill("凉水镇滑坡掩埋道路");
  await page.getByLabel("属于哪类").selectOption({ label: "交通设施抢通保通" });
  await page.getByLabel("紧急程度").selectOption({ label: "特急" });
  await page.getByLabel("被困或受威胁人数").fill("3");
  await page.getByLabel("县区").selectOption({ label: "青川县" });
  await page.getByLabel("地点").fill("凉水镇 G543 K66+300");
  await page.getByLabel("经度").fill("32.3833");
  await page.getByLabel("纬度").fill("105.2183");
  await page.getByLabel("发现时间").fill("2026-07-18T06:55");
  await page.getByRole("button", { name: "上报" }).click();
  await expect(page.getByText("经度和纬度填反了")).toBeVisible();
  await expect(page.getByLabel("一句话说明")).toHaveValue("凉水镇滑坡掩埋道路");
  await audit();
  await picture(page, "report");
  await page.getByLabel("经度").fill("105.2183");
  await page.getByLabel("纬度").fill("32.3833");
  await page.getByRole("button", { name: "上报" }).click();
  await expect(page.getByRole("heading", { name: "已收到" })).toBeVisible();
  // Photos follow when the report is safe.
  await page.getByLabel("添加照片或 PDF").setInputFiles({ name: "滑坡.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "上传" }).click();
  await expect(page.getByText("已收到 1 个文件")).toBeVisible();
  await audit();

  // The duty officer takes it in hand.
  await signIn("duty");
  await later(2);
  await page.goto("/board");
  await awake(page, javaScriptEnabled);
  await audit();
  await page.getByRole("link", { name: "凉水镇滑坡掩埋道路" }).first().click();
  await page.getByRole("button", { name: "受理，通知核查" }).click();
  await expect(page.getByText("核查中")).toBeVisible();
  await expect(page.getByRole("link", { name: "滑坡.png" })).toBeVisible();
  // Without a determination the reserve can't be called.
  await expect(page.getByText("尚未认定为抢险救灾工程，不能动用储备库")).toBeVisible();
  await expect(page.getByRole("link", { name: "选派队伍" })).toHaveCount(0);
  const caseUrl = page.url().replace(/#.*/, "");

  // The department verifies: two people.
  await signIn("jiaotong");
  await page.goto(caseUrl);
  await page.getByLabel("到场时间").fill("2026-07-18T07:01");
  await page.getByLabel("第二核查人").fill("张蓉");
  await page.getByLabel("核查情况").fill("路基上边坡滑塌约三千方，双向中断，有人受困。");
  await page.getByLabel("特定受损范围").fill("K66+280 至 K66+340 路基及上边坡");
  await page.getByRole("button", { name: "提交核查" }).click();
  await expect(page.getByText("须是另一个人")).toBeVisible();
  await page.getByLabel("第二核查人").fill("冯刚");
  await page.getByRole("button", { name: "提交核查" }).click();
  await expect(page.getByRole("heading", { name: "现场核查" })).toBeVisible();
  await expect(page.getByText("冯刚")).toBeVisible();

  // The department's leader determines; a missing condition blocks.
  await signIn("jiaotong-lead");
  await page.goto(caseUrl);
  await page.getByLabel("由自然灾害").check();
  await page.getByLabel("需立即采取措施").check();
  await page.getByLabel("认定机关").fill("市交通运输局");
  await page.getByLabel("文号").fill("广交应急〔2026〕7号");
  await page.getByLabel("为何不适宜招标").fill("有人受困，须立即抢通。");
  await page.getByLabel("工程范围").fill("K66+280 至 K66+340");
  await page.getByLabel("费用上限").fill("85");
  await page.getByLabel("计划完工日").fill("2026-07-30");
  await page.getByRole("button", { name: "认定为抢险救灾工程" }).click();
  await expect(page.getByText("三个条件须同时具备；")).toBeVisible();
  await expect(page.getByLabel("文号")).toHaveValue("广交应急〔2026〕7号");
  await audit();
  await picture(page, "determine");
  await page.getByLabel("限于险（灾）情发生的特定受损范围").check();
  await page.getByRole("button", { name: "认定为抢险救灾工程" }).click();
  await expect(page.getByText("已认定")).toBeVisible();

  // A second screen watches the board; it must follow without a reload.
  const wall = javaScriptEnabled === false ? null : await browser.newContext({ baseURL: site, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const board = wall ? await wall.newPage() : null;
  if (board) {
    await signIn("commander", board);
    await board.goto("/board");
    await awake(board, true);
    await board.evaluate(() => ((window as any).sameWindow = true));
  }

  // The duty officer calls the nearest.
  await signIn("duty");
  await page.goto(caseUrl);
  await page.getByRole("link", { name: "选派队伍" }).click();
  await expect(page.getByRole("heading", { name: "可派队伍", exact: true })).toBeVisible();
  await audit();
  await picture(page, "candidates");
  // Nobody is silently left out.
  const counts = await page.getByText(/可派 \d+ · 不可派 \d+ · 共 \d+/).innerText();
  const [fit, out, all] = counts.match(/可派 (\d+) · 不可派 (\d+) · 共 (\d+)/)!.slice(1).map(Number);
  expect(fit + out).toBe(all);
  await page.getByLabel("下令人及职务").fill("王志远 指挥长");
  await page.getByLabel("为什么不抽签").fill("有人受困，到场时间决定救援成败。");
  await page.getByRole("button", { name: "发出调度" }).click();
  await expect(page.getByRole("heading", { name: "调度", exact: true })).toBeVisible();
  // The receipt comes a moment later: a living page shows it by itself.
  await expect(async () => {
    if (javaScriptEnabled === false) await page.goto(caseUrl);
    await expect(page.getByText("待应答")).toBeVisible({ timeout: 2000 });
  }).toPass();
  if (board) await expect(board.getByText("待应答").first()).toBeVisible();

  // The first team's firm can't go; the substitute is called by itself.
  const calls = page.locator("#calls");
  const first = await calls.getByRole("link").first().innerText();
  await page.goto(caseUrl);
  await calls.getByRole("link").first().click();
  await page.getByText("电话代答").click();
  await page.getByLabel("通话号码").fill("13812342210");
  await page.getByLabel("接电话的人").fill("王建国");
  await page.getByLabel("在场见证人").fill("李明");
  await page.getByLabel("不能出动的原因").fill("挖掘机检修");
  await page.getByRole("button", { name: "代记：不能出动" }).click();
  await expect(page.getByText("已拒绝")).toBeVisible();
  await page.goto(caseUrl);
  await expect(calls.getByRole("link")).toHaveCount(2);
  const second = await calls.getByRole("link").first().innerText();
  expect(second).not.toBe(first);

  // The substitute accepts by telephone.
  await calls.getByRole("link").first().click();
  await page.getByText("电话代答").click();
  await page.getByLabel("通话号码").fill("13812342210");
  await page.getByLabel("接电话的人").fill("刘洋");
  await page.getByLabel("在场见证人").fill("李明");
  await audit();
  await page.getByRole("button", { name: "代记：接受" }).click();
  await expect(page.getByText("已接受")).toBeVisible();
  if (board) {
    await expect(board.getByText("已接受").first()).toBeVisible();
    expect(await board.evaluate(() => (window as any).sameWindow)).toBe(true);
    await picture(board, "board");
    await wall!.close();
  }

  // The public sees it at once, with the reasons, and the choice judged again.
  await context.clearCookies();
  await page.goto("/publicity");
  await audit();
  await page.getByRole("link", { name: "凉水镇滑坡掩埋道路" }).click();
  await expect(page.getByText("广交应急〔2026〕7号")).toBeVisible();
  await expect(page.getByText("已重算，结果一致")).toBeVisible();
  await expect(page.getByText(second, { exact: true }).first()).toBeVisible();
  await audit();
  await picture(page, "publication");
  expect(await page.content()).not.toContain("13812342210");
});

test("没有权限的人看不到，也办不了", async ({ page, signIn, audit }) => {
  await page.goto("/board");
  await expect(page.getByText("请重新登录")).toBeVisible();
  await audit();
  await signIn("firm01");
  await page.goto("/board");
  await expect(page.getByText("没有这项权限")).toBeVisible();
  await page.goto("/journal");
  await expect(page.getByText("没有这项权限")).toBeVisible();
});

test("公众首页与储备库", async ({ page, audit, javaScriptEnabled }) => {
  await page.goto("/");
  await awake(page, javaScriptEnabled);
  await expect(page.getByRole("heading", { name: "广元市应急抢险" })).toBeVisible();
  await audit();
  await picture(page, "home");
  await page.getByRole("link", { name: "查看储备库" }).click();
  await page.getByLabel("类别").selectOption({ label: "公路交通·施工" });
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.getByRole("heading", { name: /\d+ 家企业/ })).toBeVisible();
  await audit();
});

test("规则库与期限计算器", async ({ page, audit, javaScriptEnabled }) => {
  await page.goto("/rules");
  await awake(page, javaScriptEnabled);
  await audit();
  await page.getByRole("searchbox").fill("公示期");
  await page.getByRole("button", { name: "查找" }).click();
  await expect(page.getByText("中标候选人公示期")).toBeVisible();
  await expect(page.getByText("《中华人民共和国招标投标法实施条例》（国务院令第613号）第五十四条").first()).toBeVisible();
  await page.getByRole("link", { name: "计算日期" }).first().click();
  await expect(page.getByRole("heading", { name: "期限计算器" })).toBeVisible();
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.getByText("请填写")).toBeVisible();
  await page.getByLabel("公示开始之日").fill("2022-09-30");
  await page.getByRole("button", { name: "计算" }).click();
  await expect(page.getByText("到 2022-10-08 24:00 届满，2022-10-09 起可办下一步")).toBeVisible();
  await expect(page.getByText("末日 2022-10-03 为休息日，顺延至 2022-10-08")).toBeVisible();
  await audit();
  await picture(page, "deadline");
  const ics = await page.context().request.get((await page.getByRole("link", { name: /\.ics/ }).getAttribute("href"))!);
  expect(await ics.text()).toContain("DTSTART;VALUE=DATE:20221008");
});
