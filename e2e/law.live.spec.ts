// The browser judges by itself, from the text of the rules, and says what the server
// says: every rule that is offered, and the days on which calendars are got wrong.
import { awake, expect, test } from "./site";

const DAYS = [
  "2022-01-26", "2022-01-28", "2022-04-27", "2022-04-29", "2022-06-15", "2022-09-02",
  "2022-09-27", "2022-09-29", "2022-09-30", "2022-12-30", "2023-09-28", "2024-02-09",
  "2025-01-27", "2025-09-28", "2026-02-10", "2026-02-13", "2026-06-01", "2026-07-06",
  "2026-12-20",
];

test("浏览器与服务器对全部算例给出同样的答案", async ({ page }) => {
  test.setTimeout(180_000);
  const asked = new Set<string>();
  await page.goto("/rules/deadline");
  await awake(page, true);
  const rules = await page.locator("#rule option").evaluateAll((all) =>
    all.map((o) => (o as HTMLOptionElement).value).filter((v) => v));
  expect(rules.length).toBeGreaterThan(30);
  // Natural and working days on every such day; every rule on some of them.
  const vectors = DAYS.flatMap((day, i) => [
    ["tender.t13", day], ["tender.t18", day], ["tender.t6", day], ["tender.t11", day],
    ...rules.filter((_, n) => n % DAYS.length === i || (n + 7) % DAYS.length === i).map((rule) => [rule, day]),
  ]);
  page.on("request", (request) => asked.add(new URL(request.url()).pathname));
  let law = "";
  for (const [rule, day] of vectors) {
    const address = `/rules/deadline?rule=${rule}&day=${day}`;
    await page.evaluate((to) => {
      history.pushState({}, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    }, address);
    const link = page.getByRole("link", { name: "此结果的永久网址" });
    await expect(link).toHaveAttribute("href", new RegExp(`rule=${rule.replace(".", "\\.")}&day=${day}&`));
    const shown = await page.locator("section[aria-labelledby=answer]").innerText();
    const answer = await page.context().request.get(address);
    const plain = await page.evaluate((html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      return parsed.querySelector("section[aria-labelledby=answer]")?.textContent ?? "";
    }, await answer.text());
    const bare = (text: string) => text.replace(/\s+/g, "");
    expect(bare(shown), `${rule} ${day}`).toBe(bare(plain));
    law = (await link.getAttribute("href"))!.split("law=")[1];
  }
  // It asked which rules hold, fetched them once, and nothing else.
  expect([...asked].sort()).toEqual(["/api/law/in-force", `/law/${law}.json`]);
});
