usage-title = Usage
usage-all = Everything
usage-more = Day, subscription, tenant, resource, tag
usage-more-what = Resource and tag narrow what is shown by resource or by hour. A resource is any part of its address, a tag is key=value.
usage-customer = Customer
usage-stamp = Stamp
usage-every-stamp = Every stamp
usage-meter = Meter
usage-every-meter = Every meter
usage-day = Day
usage-subscription = Subscription
usage-subscription-id = Subscription id
usage-tenant = Tenant
usage-tenant-id = Tenant (domain or id)
usage-resource = Resource
usage-resource-part = Resource
usage-hour = Hour
usage-tag = Tag
usage-by = Add up
usage-by-customer = By customer
usage-by-meter = By meter
usage-by-day = By day
usage-by-stamp = By stamp
usage-by-subscription = By subscription
usage-by-tenant = By tenant
usage-by-resource = By resource
usage-by-hour = By hour
usage-quantity = Quantity
usage-amount = Amount
usage-share = Share
usage-total = Total
usage-csv = Export as CSV
usage-parquet = Export as Parquet
usage-nothing = Nothing was used that fits.
usage-as-of = As of { $time }.
usage-moving = Usage is coming in at this moment.
usage-cut-decimals = Quantities are cut after three decimals here; the exports have all of them.
usage-informational = Meters that are never charged are not in these figures.
usage-unpriced = { $count ->
    [one] One row of the month has no price and is not in the amounts.
   *[other] { $count } rows of the month have no price and are not in the amounts.
}
usage-only-in-rows = Resource and tag are not applied here: sums of days know neither. Add up by resource or by hour.
usage-no-tenant-in-rows = The tenant is not applied here: the rows of resources do not name it.
usage-choose-customer = Resources and hours are read for one subscription: choose a customer, or a subscription with usage in this month.
usage-choose-subscription = This customer has several subscriptions. Resources and hours are read for one of them:
usage-choose-day = Hours are read for one day: choose a day.
usage-several-customers = Several customers fit. Which one?
usage-no-customer = No customer of yours has such a name or id.
usage-rows-of = These are rows as they were reported for { $subscription }. They have quantities only: money is computed by day, and the figures by day and meter show it.
usage-cut = There is too much to read at once, so this is not all: it ends with what was reported by { $day }. Choose a day.
usage-complete = Everything has come in until { $hour }.
usage-no-resource = Resource not named
usage-bad-day = “{ $text }” is no day such as 2026-10-15.
usage-bad-tag = “{ $text }” is no tag such as team=red.
