prices-title = Prices
prices-none = This partner has no price list, so its usage has no amounts. Ask the operator of the hub to assign one.
prices-reseller = This partner is an indirect reseller: its provider is invoiced in its place, so there are no months to try other prices on.
prices-list = Price list
prices-name = Name
prices-currency = Currency of the prices
prices-invoiced-in = Currency of the invoices
prices-rounding = Rounding of lines
prices-rounding-half_up = to the nearest, a half away from zero
prices-rounding-new_commerce = towards zero, as new commerce does
prices-rounding-legacy = to the nearest, in the currency of the prices first, as usage-based offers do
prices-scope-tenant = tenants
prices-scope-infrastructure = infrastructure
prices-how-to-change = Prices are not changed here. The operator of the hub brings in a new version with
prices-back = Back to the prices
prices-now = Prices now
prices-now-in = Prices now, in { $currency }
prices-filter = Meter, by a part of its name or id
prices-filter-off = Show all prices
prices-found = { $count ->
    [one] { $count } price
   *[other] { $count } prices
 }
prices-meter = Meter
prices-unit = Measured in
prices-price = Price
prices-per = For one
prices-included = Included each month
prices-since = Since
prices-until = Until
prices-of-infrastructure = { $meter } of infrastructure
prices-from-quantity = { $price } from { $from } on
prices-later = Prices that begin later
prices-more = { $count ->
    [one] { $count } more is not shown.
   *[other] { $count } more are not shown.
 }
prices-reductions = Reductions
prices-reductions-none = There are no discounts and no earned credit.
prices-kind = Kind
prices-discount = Discount
prices-earned-credit = Partner earned credit
prices-subscription = Subscription
prices-all-subscriptions = all subscriptions
prices-all-meters = all meters
prices-percent = Part
prices-exchange = Exchange rates
prices-exchange-none = The list has no exchange rate, so no month can be closed.
prices-rate = { $to } for one { $from }
prices-mappings = Meters that are priced as another one
prices-mappings-what = What stamps measure under the one name is priced as the other.
prices-mappings-count = { $count ->
    [one] Show { $count } meter
   *[other] Show { $count } meters
 }
prices-measured = Measured as
prices-priced-as = Priced as
prices-infrastructure = infrastructure
prices-versions-title = Versions of the price list
prices-versions-what = Every version of “{ $list }”, the newest first. Nothing of it is ever deleted.
prices-versions-none = The audit log has no version of this list.
prices-version = Version
prices-version-now = in force
prices-version-first = first version
prices-version-of = { $version }, { $when }
prices-when = Recorded
prices-what-next = Compare
prices-compare = Compare
prices-compare-before = { $version } with { $before }
prices-compare-from = Before
prices-compare-to = After
prices-back-to-versions = Back to the versions
prices-difference-title = What differs between two versions
prices-difference-of = Version { $before } of { $since }, and version { $after } of { $until }.
prices-prices = Prices that differ
prices-changed = { $count ->
    [one] { $count } price differs.
   *[other] { $count } prices differ.
 }
prices-before = Before
prices-after = After
prices-no-price = no price
prices-for-one = for one { $unit }
prices-with-included = { $quantity } included each month
prices-others = Everything else
prices-others-same = Nothing else differs.
prices-of-what = What
prices-nothing = nothing
prices-mapping-of = Meter { $meter } ({ $id }), { $scope }, since { $day }
prices-reduction-of = { $kind } of { $subscription } on { $meter }, since { $day }
prices-percent-of = { $percent } %
prices-percent-until = { $percent } % until { $day }
prices-rate-of = Exchange rate of { $month }
prices-what-if-title = What if
prices-what-if-what = See what other prices or another mapping would make of one month. Nothing is changed.
prices-what-if-slow = All usage of the month is priced anew, which may take some seconds.
prices-what-if-go = Compute
prices-percent-field = Change all prices by percent, such as -2.5
prices-change = And from the first day of the month
prices-change-map = map the customer’s tenant to its subscription
prices-change-unmap = let the default subscription pay for the customer’s tenant
prices-subscription-field = Subscription of the customer, by its name or id
prices-not-a-percentage = “{ $text }” is no percentage from -100 to 10000 with at most four decimals.
prices-not-exact = The price of { $meter } would have more than 12 decimals or be too large. Prices are never rounded: choose another percentage.
prices-no-subscription = You have no CSP subscription “{ $text }”.
prices-result = What { $month } would come to
prices-no-usage = The month has no usage.
prices-as-is = As it is
prices-would-be = As it would be
prices-difference = Difference
prices-currencies-differ = the currencies differ
prices-invoiced = Invoiced so far
prices-closed = The month is closed. The next close would bring the difference as lines of adjustment.
prices-unpriced = { $count ->
    [one] { $count } row would have no price.
   *[other] { $count } rows would have no price.
 }
prices-by-customer = By customer
prices-customer = Customer
prices-no-customer = No customer’s month would cost anything else.
