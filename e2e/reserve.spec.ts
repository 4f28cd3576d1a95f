// A firm registers, fills in its profile section by section, is sent back once,
// is published, objected to, and enters the reserve when the publicity has run out.
// Last of all files: it moves the clock by a week.
import { awake, expect, picture, PIXEL, test } from "./site";

test("企业从注册到入库", async ({ page, context, signIn, later, audit, javaScriptEnabled }) => {
  const login = javaScriptEnabled === false ? "lanshan2" : "lanshan1";
  const uscc = javaScriptEnabled === false ? "91510822MA62500B7K" : "91510802MA62500A9R";
  const firm = javaScriptEnabled === false ? "青川县岚山路桥有限公司" : "利州区岚山路桥有限公司";
  const password = "lanshan-2026";

  // Registration: a slip in the code is found by its check character.
  await page.goto("/apply");
  await awake(page, javaScriptEnabled);
  await audit();
  await page.getByLabel("企业名称").fill(firm);
  await page.getByLabel("统一社会信用代码").fill(uscc.slice(0, 17) + "0");
  await page.getByLabel("经办人").fill("罗勇");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("口令", { exact: true }).fill(password);
  await page.getByLabel("再输一次口令").fill(password);
  await page.getByRole("button", { name: "注册" }).click();
  await expect(page.getByText("校验位不符")).toBeVisible();
  await expect(page.getByLabel("企业名称")).toHaveValue(firm);
  await page.getByLabel("统一社会信用代码").fill(uscc.toLowerCase());
  await page.getByLabel("口令", { exact: true }).fill(password);
  await page.getByLabel("再输一次口令").fill(password);
  await page.getByRole("button", { name: "注册" }).click();
  await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
  const enter = async () => {
    await page.goto("/sign-in?next=/profile");
    await page.getByLabel("账号").fill(login);
    await page.getByLabel("口令").fill(password);
    await page.getByRole("button", { name: "登录" }).click();
    await expect(page.getByRole("heading", { name: firm })).toBeVisible();
  };
  await enter();
  await awake(page, javaScriptEnabled);
  await audit();

  // Sections are saved one by one; a refused one keeps what was typed.
  await page.getByRole("link", { name: "企业信息" }).click();
  await expect(page.getByLabel("统一社会信用代码")).toHaveValue(uscc);
  await page.getByLabel("简称").fill("岚山路桥");
  await page.getByLabel("注册地址").fill("利州区万源街道");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByRole("heading", { name: "值守联系人" })).toBeVisible();
  await page.getByLabel("第一联系人", { exact: true }).fill("罗勇");
  await page.getByLabel("第一联系人电话").fill("13800001111");
  await page.getByLabel("第二联系人", { exact: true }).fill("罗勇");
  await page.getByLabel("第二联系人电话").fill("1380000");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByText("须是另一个人")).toBeVisible();
  await expect(page.getByText("请填 11 位手机号")).toBeVisible();
  await expect(page.getByLabel("第一联系人电话")).toHaveValue("13800001111");
  await audit();
  await page.getByLabel("第二联系人", { exact: true }).fill("邓敏");
  await page.getByLabel("第二联系人电话").fill("13800002222");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByRole("heading", { name: "资质与许可证" })).toBeVisible();
  const first = page.getByRole("group", { name: "资质 1" });
  await first.getByLabel("对应类别").selectOption({ label: "公路交通·施工" });
  await first.getByLabel("资质名称").fill("公路工程施工总承包");
  await first.getByLabel("等级").fill("二级");
  await first.getByLabel("证书编号").fill("D351000888");
  await first.getByLabel("有效期至").fill("2028-05-31");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByText("请填写").first()).toBeVisible();
  await expect(first.getByLabel("证书编号")).toHaveValue("D351000888");
  await audit();
  await picture(page, "certificates");
  await page.getByLabel("证号").fill("（川）JZ安许证字〔2025〕000888");
  await page.getByLabel("有效期自").fill("2025-06-01");
  await page.getByRole("group", { name: /安全生产许可证/ }).getByLabel("有效期至").fill("2028-05-31");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await page.getByLabel("公路交通·施工").check();
  await page.getByLabel("利州区").check();
  await page.getByLabel("青川县").check();
  await page.getByLabel("承诺应答时间").fill("15");
  await page.getByLabel("承诺到场时间").fill("90");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByRole("heading", { name: "新增队伍" })).toBeVisible();
  await page.getByLabel("队伍名称").fill("应急一队");
  await page.getByLabel("驻地").fill("利州区宝轮镇");
  await page.getByLabel("经度").fill("105.5729");
  await page.getByLabel("纬度").fill("32.3376");
  await page.getByLabel("可出动人数").fill("24");
  await page.getByLabel("设备").fill("挖掘机 5\n自卸车 8");
  await page.getByRole("button", { name: "保存队伍" }).click();
  await page.getByRole("button", { name: "提交入库申请" }).click();
  await expect(page.getByText("待初审")).toBeVisible();
  await audit();
  await page.getByRole("link", { name: `${firm} 公路交通·施工` }).click();
  const place = page.url();

  // The water department does not answer for roads; the transport department does.
  await signIn("shuili");
  await page.goto(place);
  await expect(page.getByText("退回补正")).toHaveCount(0);
  await signIn("jiaotong");
  await page.goto("/places");
  await audit();
  await page.getByRole("link", { name: new RegExp(firm) }).click();
  await page.locator("summary", { hasText: "退回补正" }).click();
  await page.getByLabel("哪一项").selectOption({ label: "资质与许可证" });
  await page.getByLabel("需要补正的内容").fill("资质证书编号与证书不一致，请核对。");
  await page.getByRole("button", { name: "退回补正" }).click();
  await expect(page.getByText("资质与许可证：资质证书编号与证书不一致")).toBeVisible();

  // The firm sees the remark, mends it and hands in again.
  await enter();
  await expect(page.getByText("资质证书编号与证书不一致")).toBeVisible();
  await page.getByRole("link", { name: "资质与许可证" }).click();
  await first.getByLabel("证书编号").fill("D351000889");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByRole("heading", { name: "类别、区域与承诺" })).toBeVisible();
  await page.goto("/profile");
  await page.getByRole("button", { name: "提交入库申请" }).click();
  await expect(page.getByText("待初审")).toBeVisible();

  await signIn("jiaotong");
  await page.goto(place);
  await page.locator("summary", { hasText: "通过初审，公示" }).click();
  await page.getByLabel("初审意见").fill("材料齐全，同意公示。");
  await page.getByRole("button", { name: "通过初审，公示" }).click();
  await expect(page.getByText("公示中")).toBeVisible();
  // Saturday 18 July: five working days end on Friday 24 July at midnight.
  await expect(page.getByText(/起公示，至 2026-07-2\d 23:59/)).toBeVisible();

  // Anyone may object; telephones are not shown.
  await context.clearCookies();
  await page.goto(place);
  expect(await page.content()).not.toContain("13800001111");
  await page.locator("summary", { hasText: "提出异议" }).click();
  await page.getByLabel("异议内容").fill("该企业设备为租赁，请核实。");
  await page.getByRole("button", { name: "提出异议" }).click();
  await expect(page.getByText("该企业设备为租赁")).toBeVisible();
  await audit();

  // The publicity runs out, but an objection is open: it does not enter.
  await later(8 * 24 * 60);
  await signIn("jiaotong");
  await page.goto(place);
  await expect(page.getByText("公示中")).toBeVisible();
  await page.locator("summary", { hasText: "答复异议" }).click();
  await page.getByLabel("答复内容").fill("已查验租赁合同，租期覆盖在库期限。");
  await page.getByRole("button", { name: "答复异议" }).click();
  await expect(async () => {
    await page.goto(place);
    await expect(page.locator(".state", { hasText: "在库" })).toBeVisible({ timeout: 2000 });
  }).toPass();

  // In the reserve: everybody can see it; a change to what was reviewed waits for the
  // department, which sees it field by field.
  await context.clearCookies();
  await page.goto("/reserve?category=highway.works&district=qingchuan");
  await expect(page.getByText(firm)).toBeVisible();
  await enter();
  await page.getByRole("link", { name: "资质与许可证" }).click();
  await awake(page, javaScriptEnabled);
  await page.getByLabel("添加照片或 PDF").setInputFiles({ name: "证书.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "上传" }).click();
  await expect(page.getByRole("link", { name: "证书.png" })).toBeVisible();
  const other = await context.newPage();
  await other.goto("/profile/certificates");
  await first.getByLabel("等级").fill("特级");
  await page.getByRole("button", { name: "保存，下一项" }).click();
  await expect(page.getByRole("heading", { name: "类别、区域与承诺" })).toBeVisible();

  // The other page still shows the former state: it is told, and sees both.
  await awake(other, javaScriptEnabled);
  await other.getByRole("group", { name: "资质 1" }).getByLabel("等级").fill("一级");
  await other.getByRole("button", { name: "保存，下一项" }).click();
  await expect(other.getByRole("row", { name: "资质 1 等级 一级 特级" })).toBeVisible();
  await audit(other);
  await other.getByRole("button", { name: "保存，下一项" }).click();
  await expect(other.getByRole("heading", { name: "类别、区域与承诺" })).toBeVisible();
  await other.close();
  await page.goto("/profile");
  await expect(page.getByText("待审核")).toBeVisible();

  await signIn("jiaotong");
  await page.goto("/places");
  await page.getByRole("link", { name: "岚山路桥" }).click();
  await expect(page.getByRole("heading", { name: "岚山路桥 档案变更" })).toBeVisible();
  await expect(page.locator("ins", { hasText: "一级" })).toBeVisible();
  await expect(page.getByRole("link", { name: "证书.png" })).toBeVisible();
  await audit();
  await picture(page, "revision");
  await page.getByRole("button", { name: "退回" }).click();
  await expect(page.getByText("请填写")).toBeVisible();
  await page.getByRole("button", { name: "同意变更" }).click();
  await expect(page.getByRole("heading", { name: "入库审核" })).toBeVisible();
  await page.goto(place);
  await expect(page.getByText("公路工程施工总承包 一级")).toBeVisible();
});
