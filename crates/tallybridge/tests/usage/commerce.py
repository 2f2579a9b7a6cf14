"""Reads the usage of a local subscription with the published library, as its users do."""

import datetime
import json
import sys

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.mgmt.commerce import UsageManagementClient

ORIGIN, SUBSCRIPTION = sys.argv[1:]
OTHER = "60000000-0000-4000-8000-0000000000b1"
NOBODY = "60000000-0000-4000-8000-0000000000ff"
UTC = datetime.timezone.utc


class Owner:
    """The owner of the subscription, who needs no more than a name here."""

    def get_token(self, *scopes, **kwargs):
        return AccessToken("user@adatum.onmicrosoft.com", 4102444800)


def client(subscription):
    return UsageManagementClient(Owner(), subscription, base_url=ORIGIN, credential_scopes=[ORIGIN + "/.default"])


def usage(subscription, start, end, **options):
    # The test listens without TLS, where the library sends a token only when it is told to.
    return client(subscription).usage_aggregates.list(start, end, enforce_https=False, **options)


def day(number, hour=0, minute=0):
    return datetime.datetime(2026, 10, number, hour, minute, tzinfo=UTC)


def read(granularity, details):
    options = {} if details is None else {"show_details": details}
    pages = usage(SUBSCRIPTION, day(15), day(20), aggregation_granularity=granularity, **options).by_page()
    rows, count = [], 0
    for page in pages:
        count += 1
        for row in page:
            # Azure's own service gives the inner document as an object, a stamp as text.
            instance = row.instance_data if isinstance(row.instance_data, dict) else json.loads(row.instance_data)
            rows.append({
                "resource": instance["Microsoft.Resources"]["resourceUri"],
                "start": row.usage_start_time.isoformat(),
                "quantity": row.quantity,
                "meter": row.meter_id,
            })
    return {"rows": rows, "pages": count}


def refusal(subscription, start, end, granularity="Hourly"):
    try:
        list(usage(subscription, start, end, aggregation_granularity=granularity))
    except HttpResponseError as error:
        return error.error.code if error.error else str(error)
    return "none"


ANSWERS = {
    f"{granularity} {str(details).lower()}": read(granularity, details)
    for granularity in ("Hourly", "Daily")
    for details in (None, True, False)
}
ANSWERS["errors"] = {
    "future": refusal(SUBSCRIPTION, day(15), day(30)),
    "granularity": refusal(SUBSCRIPTION, day(15), day(16), "Weekly"),
    "half hour": refusal(SUBSCRIPTION, day(15, 0, 30), day(16)),
    "foreign": refusal(OTHER, day(15), day(16)),
    "unknown": refusal(NOBODY, day(15), day(16)),
}
json.dump(ANSWERS, sys.stdout)
