#!/usr/bin/env python3
"""Checks a published draw of 绿通 from its record alone.

    python3 draw.py RECORD.json

Needs nothing but Python 3. Does what pool/src/draw.rs describes, written
independently of it: prints what does not match, and exits 1 then.
"""
import hashlib
import json
import sys

ALGORITHM = "lutong/draw/1"


def fields(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    return digest.digest()


def words(seed):
    counter = 0
    while True:
        block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
        for i in range(0, 32, 8):
            yield int.from_bytes(block[i:i + 8], "big")
        counter += 1


def shuffled(seed, items):
    items, stream = list(items), words(seed)
    for i in range(len(items) - 1, 0, -1):
        n = i + 1
        limit = 2**64 - 2**64 % n
        word = next(stream)
        while word >= limit:
            word = next(stream)
        j = word % n
        items[i], items[j] = items[j], items[i]
    return items


def problems(record):
    list_hash = bytes.fromhex(record["list_hash"])
    operator = bytes.fromhex(record["operator"]["nonce"])
    witness = bytes.fromhex(record["witness"]["nonce"])
    if record["algorithm"] != ALGORITHM:
        yield "algorithm"
    if hashlib.sha256(record["list"].encode()).digest() != list_hash:
        yield "list"
    for who, nonce in (("operator", operator), ("witness", witness)):
        made = fields(record["draw"].encode(), list_hash, nonce)
        if made.hex() != record[who]["commitment"]:
            yield who
    if record["operator"]["org"] == record["witness"]["org"]:
        yield "same_org"
    seed = fields(ALGORITHM.encode(), record["case"].encode(),
                  record["round"].to_bytes(4, "big"), list_hash, operator, witness)
    if seed.hex() != record["seed"]:
        yield "seed"
    try:
        decision = json.loads(record["list"])
        fit = {c["team"] for c in decision["slate"]["fit"]}
        entrants = [m["team"] for m in decision["members"] if m["team"] in fit]
    except (ValueError, KeyError, TypeError):
        entrants = None
    if entrants != record["entrants"]:
        yield "entrants"
    if shuffled(bytes.fromhex(record["seed"]), record["entrants"]) != record["order"]:
        yield "order"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(problems(json.load(file)))
    print(" ".join(found) if found else "ok")
    sys.exit(1 if found else 0)
