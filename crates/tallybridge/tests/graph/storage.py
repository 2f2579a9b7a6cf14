"""Walks an export as partners' programs do: wish, operation, manifest, and each file with the published storage client."""

import gzip
import json
import sys
import time
import urllib.request
from decimal import Decimal

from azure.core.credentials import AzureSasCredential
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient

origin, token, invoice = sys.argv[1:]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
requests = 0


def ask(url, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    return opener.open(urllib.request.Request(url, data=data, headers=headers))


def count(_):
    global requests
    requests += 1


begun = ask(
    f"{origin}/v1.0/reports/partners/billing/usage/billed/export",
    {"invoiceId": invoice, "attributeSet": "full"},
)
assert begun.status == 202
while True:
    answer = ask(begun.headers["Location"])
    operation = json.load(answer)
    if operation["status"] != "running":
        break
    time.sleep(int(answer.headers["Retry-After"]))
manifest = operation["resourceLocation"]


def client(name, sas, **how):
    url = f"{manifest['rootDirectory']}/{name}"
    return BlobClient.from_blob_url(url, credential=AzureSasCredential(sas), retry_total=0, **how)


def refusal(name, sas, **where):
    try:
        client(name, sas).download_blob(**where).readall()
    except HttpResponseError as error:
        return [error.status_code, error.error_code]


total = Decimal(0)
for blob in manifest["blobs"]:
    reader = client(blob["name"], manifest["sasToken"], max_single_get_size=512, max_chunk_get_size=512)
    packed = reader.download_blob(raw_request_hook=count, max_concurrency=2).readall()
    whole = client(blob["name"], manifest["sasToken"]).download_blob().readall()
    assert packed == whole
    part = reader.download_blob(offset=100, length=1500).readall()
    properties = reader.get_blob_properties()
    assert properties.size == len(packed)
    for line in gzip.decompress(packed).decode().splitlines():
        total += json.loads(line, parse_float=Decimal, parse_int=Decimal)["BillingPreTaxTotal"]

first = manifest["blobs"][0]["name"]
print(
    json.dumps(
        {
            "total": f"{total:f}",
            "requests": requests,
            "part": part.hex(),
            "part of the whole": packed[100:1600].hex(),
            "type": properties.blob_type,
            "refused": {
                "wrong": refusal(first, manifest["sasToken"][:-3] + "AAA"),
                "missing": refusal("part-99999.json.gz", manifest["sasToken"]),
                "beyond": refusal(first, manifest["sasToken"], offset=10_000_000, length=10),
            },
        }
    )
)
