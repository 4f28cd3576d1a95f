// Tender plans: a sheet with three wrong cells is mended and published; the public finds
// it by two characters on a phone without JavaScript and subscribes; a change shows its
// difference; a notice at 29 days is held and let go with a reason, at 30 it passes.
import writeSheet from "write-excel-file/node";
import { awake, expect, picture, test } from "./site";

const COLUMNS = [
  "项目名称", "项目代码", "建设规模及内容", "行业", "建设地点", "资金来源", "总投资（万元）", "审批文号", "审批日期",
  "联系处室", "联系电话", "标段名称", "招标内容", "类别", "合同估算价（万元）", "招标方式", "预计公告", "预计开标",
];

/** A row of the sheet: works of the owner, with what differs. */
function row(project: string, differs: Record<string, string> = {}) {
  const cells: Record<string, string> = {
    项目名称: project, 建设规模及内容: "改造三级公路十二公里", 行业: "公路交通", 建设地点: "青川县", 资金来源: "财政资金",
    "总投资（万元）": "3000", 联系处室: "工程科", 联系电话: "0839-3260119", 标段名称: "施工标段", 招标内容: "路基路面及桥涵",
    类别: "施工", "合同估算价（万元）": "1260.5", 招标方式: "公开招标", 预计公告: "2026-09", ...differs,
  };
  return COLUMNS.map((name) => ({ value: cells[name] ?? "", type: String }));
}

test("从表格到公告", async ({ page, browser, site, signIn, later, audit, javaScriptEnabled }) => {
  const ours = javaScriptEnabled === false ? "摩天岭隧道引道" : "阴平古道连接线";
  await signIn("owner");
  await page.goto("/desk/plans/import");
  await awake(page, javaScriptEnabled);
  const sheet = await writeSheet([
    COLUMNS.map((value) => ({ value, type: String })),
    row(ours),
    row(`${ours}二期`, { 行业: "航空", "合同估算价（万元）": "很多" }),
    row(`${ours}三期`, { 预计公告: "明年春天" }),
  ]).toBuffer();
  const mimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  await page.getByLabel("Excel 文件（.xlsx）").setInputFiles({ name: "计划.xlsx", mimeType, buffer: sheet });
  await page.getByRole("button", { name: "检查并录入" }).click();
  await expect(page.getByRole("heading", { name: "3 个单元格需要修改" })).toBeVisible();
  await audit();
  await picture(page, "plan-sheet");
  await page.getByLabel(/^D3 行业/).fill("公路交通");
  await page.getByLabel(/^O3 合同估算价/).fill("800");
  await page.getByLabel(/^Q4 预计公告/).fill("2026-10");
  await page.getByRole("button", { name: "改好了，重新检查" }).click();
  await page.getByRole("button", { name: "本批 3 项全部提交核对" }).click();
  await expect(page.getByText("编制中 0 项，待核对 3 项")).toBeVisible();
  const batch = page.url();

  // The trading centre checks and publishes.
  const centre = await (await browser.newContext({ baseURL: site, javaScriptEnabled })).newPage();
  await signIn("centre", centre);
  await centre.goto(batch);
  await awake(centre, javaScriptEnabled);
  await centre.getByRole("button", { name: "本批 3 项全部发布" }).click();
  await expect(centre.getByText("已公开 3 项")).toBeVisible();
  await audit(centre);

  // Anybody finds it by two characters, on a phone that runs no script.
  const phone = await browser.newContext({ baseURL: site, javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const reader = await phone.newPage();
  await reader.goto("/plans");
  await reader.getByRole("searchbox").fill(ours.slice(0, 2));
  await reader.getByRole("button", { name: "查找" }).click();
  await expect(reader.getByRole("heading", { name: "3 项" })).toBeVisible();
  const feed = await reader.getByRole("link", { name: "订阅 Atom" }).getAttribute("href");
  const entries = async () => (await (await fetch(`${site}${feed}`)).text()).match(/<entry>/g)?.length;
  expect(await entries()).toBe(3);
  const wide = await reader.evaluate("document.documentElement.scrollWidth").catch(() => 390);
  expect(wide).toBeLessThanOrEqual(390);
  await reader.getByRole("link", { name: ours, exact: true }).click();
  await expect(reader.getByRole("heading", { name: ours })).toBeVisible();
  await expect(reader.getByText("2026-08-17").first()).toBeVisible();

  // A change, checked, shows its difference and stays at its address.
  await page.goto("/desk/plans?state=public");
  await page.getByRole("link", { name: ours, exact: true }).click();
  await page.getByRole("link", { name: "变更计划" }).click();
  await awake(page, javaScriptEnabled);
  await page.getByLabel("变更理由（公开）").fill("概算批复调整");
  await page.getByLabel("合同估算价（万元）").first().fill("1400");
  await page.getByRole("button", { name: "保存并提交核对" }).click();
  await expect(page.getByRole("heading", { name: "这次改什么" })).toBeVisible();
  await audit();
  await picture(page, "plan-change");
  await centre.goto(page.url());
  await centre.getByRole("button", { name: "核对无误，发布" }).click();
  await expect(centre.getByRole("link", { name: "第 2 版" })).toBeVisible();
  await reader.reload();
  const changed = reader.getByRole("row", { name: /标段 1 合同估算价/ });
  await expect(changed.locator("del")).toContainText("12,605,000.00");
  await expect(changed.locator("ins")).toContainText("14,000,000.00");
  expect(await entries()).toBe(3);
  await reader.getByRole("link", { name: "第 1 版" }).click();
  await expect(reader.getByText("这是以前的版本")).toBeVisible();

  // A notice: 29 days are too few, until somebody who may lets it go.
  const enter = async (day: string) => {
    await page.goto("/desk/plans?state=public");
    const which = day === "2026-08-16" ? ours : `${ours}二期`;
    await page.getByRole("link", { name: which, exact: true }).click();
    await page.getByRole("link", { name: "登记公告" }).click();
    await awake(page, javaScriptEnabled);
    await page.getByRole("checkbox", { name: /施工标段/ }).check();
    for (const [label, value] of [["公告日", day], ["招标文件发售、下载自", day], ["至", "2026-08-27"], ["投标截止日", "2026-09-04"]]) {
      await page.getByLabel(label, { exact: true }).fill(value);
    }
    await page.getByRole("button", { name: "登记", exact: true }).click();
  };
  await enter("2026-08-16");
  await expect(page.getByText("招标文件发出至投标截止不得少于")).toBeVisible();
  await page.getByLabel("投标截止日").fill("2026-09-10");
  await page.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("提前期不足，暂缓公告")).toBeVisible();
  await expect(page.getByText("自 2026-07-18 起公开 29 日，公告最早 2026-08-17")).toBeVisible();
  await awake(page, javaScriptEnabled);
  await page.getByLabel("理由", { exact: true }).selectOption({ label: "上级临时下达" });
  await page.getByLabel("说明（准许后公开）").fill("省厅要求八月开工");
  await page.getByRole("button", { name: "提交理由" }).click();
  await expect(page.getByText("提前期不足，待准许")).toBeVisible();
  await audit();
  await picture(page, "notice-held");
  const notice = page.url();
  const lead = await (await browser.newContext({ baseURL: site, javaScriptEnabled })).newPage();
  await signIn("jiaotong-lead", lead);
  await lead.goto(notice);
  await awake(lead, javaScriptEnabled);
  await lead.getByLabel("准许意见（公开）").fill("情况属实，同意提前");
  await lead.getByRole("button", { name: "准许", exact: true }).click();
  await expect(lead.getByText("准许：情况属实，同意提前")).toBeVisible();
  await enter("2026-08-17");
  await page.getByLabel("投标截止日").fill("2026-09-10");
  await page.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("计划提前公开的天数足够")).toBeVisible();
  await reader.goto(`/plans?q=${encodeURIComponent(ours)}&stage=realised`);
  await expect(reader.getByRole("heading", { name: "2 项" })).toBeVisible();
  await later(0);
  await phone.close();
});

test("公开页", async ({ page, audit }) => {
  await page.goto("/plans");
  await audit();
  await picture(page, "plans");
  await page.getByLabel("状态").selectOption({ label: "已发布" });
  await page.getByLabel("行业").selectOption({ label: "水利水电" });
  await page.getByRole("button", { name: "查找" }).click();
  const total = await page.getByRole("heading", { level: 2 }).innerText();
  expect(await page.locator("li.row").count()).toBe(Number(total.split(" ")[0]));
  for (const [link, name] of [["地图", "plan-map"], ["日历", "plan-calendar"]]) {
    await page.getByRole("link", { name: link, exact: true }).click();
    await audit();
    await picture(page, name);
    await page.goBack();
  }
  await page.goto("/plans/calendar?month=2026-09");
  await page.getByRole("link", { name: "打印" }).click();
  await expect(page.getByRole("table")).toBeVisible();
  await audit();
  await picture(page, "plan-month");
  await page.goto("/plans/quality");
  await expect(page.getByRole("table").first()).toContainText("全市");
  await audit();
  await picture(page, "plan-quality");
  await page.goto("/notices");
  await audit();
  await page.locator("li.row a").first().click();
  await audit();
  await picture(page, "notice");
  await page.goto("/plans/JH-2099-000001");
  await expect(page.getByRole("heading", { name: "没有找到" })).toBeVisible();
});

test("从在线审批平台取用项目", async ({ page, signIn, audit, javaScriptEnabled }) => {
  await signIn("owner");
  await page.goto("/desk/plans/new");
  await awake(page, javaScriptEnabled);
  await page.getByRole("textbox", { name: "项目代码", exact: true }).first().fill("2603-510822-04-01-999999");
  await page.getByRole("button", { name: "取用" }).click();
  await expect(page.getByText("在线审批平台没有项目代码 2603-510822-04-01-999999")).toBeVisible();
  await audit();
  await page.getByRole("textbox", { name: "项目代码", exact: true }).first().fill("2603-510822-04-01-100201");
  await page.getByRole("button", { name: "取用" }).click();
  await expect(page.getByLabel("项目名称")).toHaveValue("青川县木鱼至骑马公路改造");
  await expect(page.getByLabel("总投资（万元）")).toHaveValue("4200");
  await expect(page.getByLabel("青川县")).toBeChecked();
  await picture(page, "plan-from-platform");
});

test("公告从表格登记", async ({ page, signIn, audit, javaScriptEnabled }) => {
  const ours = javaScriptEnabled === false ? "白龙江便桥" : "清江渡口";
  await signIn("owner");
  await page.goto("/desk/notices/import");
  await awake(page, javaScriptEnabled);
  const cells: Record<string, string> = {
    公告名称: `${ours}施工招标`, 行业: "公路交通", 类别: "施工", 招标方式: "公开招标", "最高投标限价或估算价（万元）": "1200",
    公告日: "2026-07-18", 招标文件自: "2026-07-18", 招标文件至: "2026-07-27", 投标截止: "2026-08-03",
  };
  const names = Object.keys(cells);
  const text = (value: string) => ({ value, type: String });
  const sheet = await writeSheet([names.map(text), names.map((name) => text(cells[name]))]).toBuffer();
  const mimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  await page.getByLabel("Excel 文件（.xlsx）").setInputFiles({ name: "公告.xlsx", mimeType, buffer: sheet });
  await page.getByRole("button", { name: "检查并录入" }).click();
  await expect(page.getByRole("heading", { name: "1 个单元格需要修改" })).toBeVisible();
  await expect(page.getByText("最早 2026-08-07")).toBeVisible();
  await audit();
  await picture(page, "notice-sheet");
  await page.getByLabel(/^P2 投标截止/).fill("2026-08-07");
  await page.getByRole("button", { name: "改好了，重新检查" }).click();
  const line = page.getByRole("listitem").filter({ hasText: `${ours}施工招标` });
  await expect(line).toBeVisible();
  await line.getByRole("link").click();
  await expect(page.getByText("提前期不足，暂缓公告")).toBeVisible();
  await expect(page.getByText("对招标文件提出异议，最迟")).toBeVisible();
});
