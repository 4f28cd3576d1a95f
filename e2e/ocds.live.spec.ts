// Open data held against the official schema of OCDS 1.1, as other systems would read it.
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { readFile } from "node:fs/promises";
import { expect, test } from "./site";

const schema = async (name: string) => JSON.parse(await readFile(new URL(`./ocds/${name}.json`, import.meta.url), "utf8"));

test("OCDS 1.1 官方模式校验", async ({ site }) => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(await schema("release-schema"));
  // The versioned form is not offered; the record schema only names it.
  ajv.addSchema({ id: "https://standard.open-contracting.org/schema/1__1__5/versioned-release-validation-schema.json" });
  const packages = ajv.compile(await schema("release-package-schema"));
  const records = ajv.compile(await schema("record-package-schema"));

  const seen = new Map<string, number>();
  const tags = new Set<string>();
  let next: string | undefined = `${site}/v1/ocds/releases?limit=50`;
  while (next) {
    const answer: Response = await fetch(next);
    if (answer.status === 204) break;
    expect(answer.status).toBe(200);
    const body: any = await answer.json();
    expect(packages(body), ajv.errorsText(packages.errors)).toBe(true);
    const wrong = { ...body, releases: [{ ...body.releases[0], tag: ["plan"] }] };
    expect(packages(wrong)).toBe(false);
    for (const release of body.releases) {
      seen.set(release.id, (seen.get(release.id) ?? 0) + 1);
      release.tag.forEach((tag: string) => tags.add(tag));
    }
    next = body.links.next;
  }
  expect(seen.size).toBeGreaterThan(200);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  expect([...tags].sort()).toEqual(["planning", "planningUpdate", "tender"]);

  const numbers = [...seen.keys()].map((id) => id.replace(/-v\d+$/, ""));
  for (const number of [...new Set(numbers)].filter((_, i) => i % 20 === 0)) {
    const body = await (await fetch(`${site}/v1/ocds/records/ocds-lutong-${number}`)).json();
    expect(records(body), `${number}: ${ajv.errorsText(records.errors)}`).toBe(true);
  }
});
