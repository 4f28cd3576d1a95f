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
  const compare = async (address: string, link: RegExp) => {
    await page.evaluate((to) => {
      history.pushState({}, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    }, address);
    const own = page.getByRole("link", { name: "此结果的永久网址" });
    await expect(own).toHaveAttribute("href", link);
    const shown = await page.locator("section[aria-labelledby=answer]").innerText();
    const answer = await page.context().request.get(address);
    const plain = await page.evaluate((html) => {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      const section = parsed.querySelector("section[aria-labelledby=answer]");
      // What is folded away is not seen, so it is not read in the page either.
      section?.querySelectorAll("details:not([open]) > :not(summary)").forEach((e) => e.remove());
      return section?.textContent ?? "";
    }, await answer.text());
    const bare = (text: string) => text.replace(/\s+/g, "");
    expect(bare(shown), address).toBe(bare(plain));
    law = (await own.getAttribute("href"))!.split("law=")[1];
  };
  const literal = (text: string) => text.replace(/[.?+*()|[\]]/g, "\\$&");
  for (const [rule, day] of vectors) {
    const asks = `rule=${rule}&day=${day}`;
    await compare(`/rules/deadline?${asks}`, new RegExp(`${literal(asks)}&`));
  }
  for (const what of ["bid", "performance", "retention", "late"]) {
    for (const [bid, size, credit, failings, government, amount] of [
      ["building", "large", "b", "", "yes", "9000"], ["works", "large", "d", "", "", "4000.01"],
      ["goods", "medium", "a", "yes", "", "0.000123"], ["survey", "small", "unrated", "", "yes", "600"],
      ["procurement", "large", "b", "yes", "yes", "1234.567891"],
    ]) {
      const firm = `size=${size}&credit=${credit}&failings=${failings}&government=${government}`;
      const asks = `what=${what}&bid=${bid}&${firm}&amount=${amount}&late=17&day=2026-07-18`;
      await compare(`/rules/bond?${asks}`, new RegExp(`${literal(asks)}&law=`));
    }
  }
  for (const object of ["works", "goods", "services"]) {
    for (const [funds, estimate, others] of [
      ["state", "100", ""], ["state", "399.999999", "0.000001"], ["utility", "200", "199、1"],
      ["foreign", "", ""], ["other", "9000", ""], ["budget", "400", ""],
    ]) {
      const asks = `object=${object}&funds=${funds}&amount=200&share=10&estimate=${estimate}&others=${others}&day=2026-07-18`;
      await compare(`/rules/tender?${encodeURI(asks)}`, new RegExp(`${literal(asks)}&law=`));
    }
  }
  // It asked which rules hold, fetched them once, and nothing else.
  expect([...asked].sort()).toEqual(["/api/law/in-force", `/law/${law}.json`]);
});
