// Open data held against the official schema of OCDS 1.1, as other systems would read it.
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "./site";

// The official schemas of OCDS 1.1.5 are no part of this project: they lie beside the checkout,
// or where OCDS_SCHEMAS says.
const SCHEMAS = process.env.OCDS_SCHEMAS ?? join(import.meta.dirname, "../../shared/data/ocds");
test.skip(!existsSync(SCHEMAS) && !process.env.CI, "the schemas of OCDS are not here");

const schema = async (name: string) => JSON.parse(await readFile(join(SCHEMAS, `${name}.json`), "utf8"));

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
  expect([...tags]).toEqual(expect.arrayContaining(["planning", "planningUpdate", "tender"]));

  const planned = [...seen.keys()].filter((id) => /^(JH|ZB)-/.test(id));
  const numbers = planned.map((id) => id.replace(/-v\d+$/, ""));
  for (const number of [...new Set(numbers)].filter((_, i) => i % 20 === 0)) {
    const body = await (await fetch(`${site}/v1/ocds/records/ocds-lutong-${number}`)).json();
    expect(records(body), `${number}: ${ajv.errorsText(records.errors)}`).toBe(true);
  }

  // Our profile: teams that were sent without a tender, and the reserve they come from.
  const awards = await (await fetch(`${site}/v1/awards`)).json();
  expect(awards.total).toBeGreaterThan(0);
  for (const { ocid } of awards.items) {
    const body = await (await fetch(`${site}/v1/ocds/records/${ocid}`)).json();
    expect(records(body), `${ocid}: ${ajv.errorsText(records.errors)}`).toBe(true);
    expect(body.records[0].compiledRelease.tender.procurementMethod).toBe("direct");
  }
  const reserve = await (await fetch(`${site}/v1/ocds/reserve`)).json();
  expect(packages(reserve), ajv.errorsText(packages.errors)).toBe(true);
  expect(reserve.releases.flatMap((release: any) => release.awards).length).toBeGreaterThan(30);
});

test("整库快照与清单一致", async ({ site }) => {
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  const release = ajv.compile(await schema("release-schema"));
  const manifest = await (await fetch(`${site}/v1/bulk`)).json();
  expect(manifest.files.map((file: any) => file.name)).toEqual(["plans.jsonl", "notices.jsonl", "awards.jsonl", "releases.jsonl"]);
  for (const file of manifest.files) {
    const bytes = Buffer.from(await (await fetch(file.url)).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex"), file.name).toBe(file.sha256);
    const lines = bytes.toString("utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
    expect(lines.length).toBe(file.lines);
    if (file.name === "releases.jsonl") {
      for (const line of lines) expect(release(line), `${line.id}: ${ajv.errorsText(release.errors)}`).toBe(true);
    }
  }
});
