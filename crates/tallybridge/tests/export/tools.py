"""Reads the data sets of a folder as finance people would, and prints what it saw as one JSON object."""

import decimal
import json
import pathlib
import subprocess
import sys

import duckdb
import pandas
import pyarrow.parquet

folder = pathlib.Path(sys.argv[1])
decimal.getcontext().prec = 76


def toolkit(*arguments):
    command = [sys.executable, "-m", "focus_data_toolkit", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    return {"status": done.returncode, "said": done.stdout + done.stderr}


def exact(number):
    return format(decimal.Decimal(number).normalize(), "f")


def costs(path):
    table = pyarrow.parquet.read_table(path)
    frame = table.to_pandas()
    of_duckdb = duckdb.execute(f"SELECT sum(BilledCost), count(*) FROM '{path}'").fetchone()
    by_line = duckdb.execute(
        f"SELECT InvoiceDetailId, sum(BilledCost) FROM '{path}' GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    csv = pandas.read_csv(path.with_suffix(".csv"), dtype=str, keep_default_na=False)
    in_csv = sum(map(decimal.Decimal, csv["BilledCost"]))
    return {
        "duckdb": exact(of_duckdb[0]),
        "rows": [of_duckdb[1], len(frame), len(csv)],
        "pandas": exact(frame["BilledCost"].sum()),
        "csv": exact(in_csv),
        "lines": {line: exact(cost) for line, cost in by_line},
        "types": {name: str(table.schema.field(name).type) for name in table.column_names},
        "columns": list(csv.columns) == table.column_names,
        "first": str(frame["ChargePeriodStart"].min()),
    }


report = {"costs": costs(folder / "cost-and-usage.parquet"), "validate": {}}
for name in ("cost-and-usage", "invoice-detail", "billing-period"):
    for ending in ("csv", "parquet"):
        path = folder / f"{name}.{ending}"
        report["validate"][path.name] = toolkit("validate", "--dataset", name, path)
conditions = ("SupportsUnitPricing",)
supports = [word for condition in conditions for word in ("--supports", condition)]
strict = toolkit("validate", "--dataset", "cost-and-usage", *supports, folder / "cost-and-usage.csv")
report["validate"]["with unit pricing"] = strict
bundle = ["--cost-and-usage", "--invoice-detail", "--billing-period"]
files = [folder / f"{option[2:]}.csv" for option in bundle]
pairs = [word for pair in zip(bundle, files) for word in pair]
report["bundle"] = toolkit("validate-bundle", "--format", "json", *pairs)
print(json.dumps(report))
