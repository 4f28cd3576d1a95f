// A point on the map: the first touch looks closer, the second one points.
import { awake, expect, picture, test } from "./site";

test("在图上点选位置", async ({ page, audit }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/report");
  await awake(page, true);
  await page.getByRole("button", { name: "在图上点选" }).click();
  const map = page.getByRole("img", { name: /点选位置/ });
  await map.scrollIntoViewIfNeeded();
  const shape = (await map.boundingBox())!;
  // 青川县城 stands at about 30 % from the left and 28 % from the top.
  await map.click({ position: { x: shape.width * 0.3, y: shape.height * 0.28 } });
  await expect(page.getByText("已放大，再点一次确定位置。")).toBeVisible();
  await expect(page.getByLabel("经度")).toHaveValue("");
  await map.click({ position: { x: shape.width * 0.5, y: shape.height * 0.5 } });
  await expect(page.getByText("已填入图上位置。")).toBeVisible();
  const lon = Number(await page.getByLabel("经度").inputValue());
  const lat = Number(await page.getByLabel("纬度").inputValue());
  expect(Math.abs(lon - 105.24)).toBeLessThan(0.05);
  expect(Math.abs(lat - 32.571)).toBeLessThan(0.05);
  await expect(page.getByLabel("县区")).toHaveValue("qingchuan");
  await audit();
  await picture(page, "locate");
  await page.getByRole("button", { name: "看全图" }).click();
});
