"""Reads prices and usage of a paying subscription with the published library, as its users do."""

import datetime
import decimal
import json
import sys

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.mgmt.commerce import UsageManagementClient

ORIGIN, SUBSCRIPTION, PARTNER, CUSTOMER = sys.argv[1:]
UTC = datetime.timezone.utc
FILTER = "OfferDurableId eq 'MS-AZR-0145P' and Currency eq 'USD' and Locale eq 'en-US' and RegionInfo eq 'US'"


class Account:
    """An account with a token that the test signed."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *scopes, **kwargs):
        return AccessToken(self.token, 4102444800)


def client(token):
    return UsageManagementClient(Account(token), SUBSCRIPTION, base_url=ORIGIN, credential_scopes=[ORIGIN + "/.default"])


def prices(token=PARTNER, text=FILTER):
    # The test listens without TLS, where the library sends a token only when it is told to.
    card = client(token).rate_card.get(text, enforce_https=False)
    meters = [[one.meter_id, one.unit, one.meter_rates, one.effective_date.isoformat()] for one in card.meters]
    return {"currency": card.currency, "meters": meters}


def usage(granularity="Hourly", details=True, token=PARTNER, last=3):
    start = datetime.datetime(2026, 10, 1, tzinfo=UTC)
    end = start + datetime.timedelta(days=last - 1)
    options = {"aggregation_granularity": granularity, "show_details": details, "enforce_https": False}
    pages, rows, total = 0, 0, decimal.Decimal(0)
    for page in client(token).usage_aggregates.list(start, end, **options).by_page():
        pages += 1
        for row in page:
            rows += 1
            # The library reads doubles; their shortest text is what was sent.
            total += decimal.Decimal(repr(row.quantity))
            if details:
                instance = row.instance_data
                instance = instance if isinstance(instance, dict) else json.loads(instance)
                assert instance["Microsoft.Resources"]["additionalInfo"]["azureStack.Location"] == "north", instance
    return {"pages": pages, "rows": rows, "sum": format(total.normalize(), "f")}


def refusal(attempt):
    try:
        found = attempt()
    except HttpResponseError as error:
        return error.error.code if error.error else str(error)
    return "none" if found.get("rows", 1) else "empty"


ANSWERS = {
    "prices": prices(),
    "usage": {
        f"{granularity} {str(details).lower()}": usage(granularity, details)
        for granularity in ("Hourly", "Daily")
        for details in (True, False)
    },
    "errors": {
        "prices of the customer": refusal(lambda: prices(CUSTOMER)),
        "usage of the customer": refusal(lambda: usage(token=CUSTOMER)),
        "currency": refusal(lambda: prices(text=FILTER.replace("USD", "EUR"))),
        "future": refusal(lambda: usage(last=60)),
        "incomplete": refusal(lambda: usage(last=5)),
    },
}
json.dump(ANSWERS, sys.stdout)
