# Rates a month of daily rows again, in exact whole numbers, by DuckDB or by pandas. Prints minor units and milliseconds.
import sys
import time

tool, path = sys.argv[1:]
start = time.monotonic()
COLUMNS = ["SubAccountId", "x_StampId", "x_LocalMeterId", "ConsumedQuantity"]
if tool == "duckdb":
    import duckdb

    groups = duckdb.sql(
        f"""SELECT SubAccountId, x_StampId, lower(x_LocalMeterId), CAST(sum(ConsumedQuantity) * 1000000000 AS HUGEINT)
        FROM '{path}' WHERE ChargeCategory = 'Usage' GROUP BY ALL"""
    ).fetchall()
else:
    import pandas

    rows = pandas.read_parquet(path, columns=[*COLUMNS, "ChargeCategory"], dtype_backend="pyarrow")
    rows = rows[rows["ChargeCategory"] == "Usage"]
    sums = rows.groupby(COLUMNS[:3], sort=False)["ConsumedQuantity"].sum()
    groups = [(*key, int(value * 1_000_000_000)) for key, value in sums.items()]

# The prices of the measured house: by the order of its meters, see house.rs.
meters = {meter.lower(): index for index, meter in enumerate(open(path + ".meters").read().split())}
SCALE = 10**9
total = 0
for _, _, meter, quantity in groups:
    index = meters[meter.lower()]
    divisor = 720 if index % 3 == 0 else 1
    included = 100 * SCALE if index == 1 else 0
    bound = included + 5000 * SCALE
    parts = [(max(0, min(quantity, bound) - included), 46), (max(0, quantity - bound), 31)]
    for part, thousandths in parts:
        # Cents of a part: quantity / 10^9 * price / 10^3 / divisor * 10^2, a half up.
        dividend, whole = part * thousandths * 100, SCALE * 1000 * divisor
        total += (2 * dividend + whole) // (2 * whole)
print(total, round((time.monotonic() - start) * 1000))
