invoices-title = Invoices
invoices-reseller = This partner is an indirect reseller: its provider is invoiced in its place, so it has no documents of its own.
invoices-no-price-list = This partner has no price list, so nothing can be invoiced. Ask the operator of the hub to assign one.
invoices-waiting = Months to close
invoices-waiting-none = No month waits to be closed.
invoices-state = State
invoices-due = Not invoiced yet
invoices-what-next = What next
invoices-more-due = something more is due
invoices-late-usage = late usage may still come in
invoices-until = until { $hour }
invoices-to-close = to be closed
invoices-look-and-close = Check and close { $month }
invoices-preview-open = See what the document of { $month } would be now
invoices-documents = Documents
invoices-none = No document was issued yet.
invoices-number = Number
invoices-kind = Kind
invoices-invoice = Invoice
invoices-credit-note = Credit note
invoices-issued = Issued
invoices-lines = Lines
invoices-line = Line
invoices-adjustments = Adjustments
invoices-adjustment = adjustment
invoices-total = Total
invoices-amount = Amount
invoices-partner = Partner
invoices-hash = Fingerprint (SHA-256)
invoices-files = Files
invoices-file-pdf = Document to print (PDF)
invoices-file-json = Document with names (JSON)
invoices-file-record = The record that the fingerprint is of (JSON)
invoices-file-new-commerce = Reconciliation file, new commerce (CSV)
invoices-file-legacy = Reconciliation file, usage-based offers (CSV)
invoices-file-costs-parquet = FOCUS 1.4, cost and usage (Parquet)
invoices-file-costs-csv = FOCUS 1.4, cost and usage (CSV)
invoices-file-detail-parquet = FOCUS 1.4, invoice detail (Parquet)
invoices-file-detail-csv = FOCUS 1.4, invoice detail (CSV)
invoices-file-too-large = This file is too large to be made here. On the machine of the hub this command makes it: { $command }
invoices-adjustments-what = Lines of months that had been closed before: what was due for them, minus what had been invoiced.
invoices-totals = Totals
invoices-by-customer = By customer
invoices-by-stamp = By stamp
invoices-customer = Customer
invoices-subscription = Subscription
invoices-stamp = Stamp
invoices-meter = Meter
invoices-quantity = Quantity
invoices-unit-price = Price
invoices-price-per = { $price } per { $divisor }
invoices-infrastructure = infrastructure
invoices-adjusts = adjusts { $month }
invoices-other-customers = { $count ->
    [one] { $count } other customer
   *[other] { $count } other customers
 }
invoices-filter-customer = Customer, by a part of the name
invoices-filter-off = Show all lines
invoices-lines-found = { $count ->
    [one] { $count } line
   *[other] { $count } lines
 }
invoices-explain-amount = { $amount }: where it comes from, line { $line }
invoices-explain-title = Line { $line } of { $number }
invoices-back = Back to { $number }
invoices-bad-day = “{ $day }” is no day such as 2026-10-05.
invoices-arithmetic = From the quantity to the amount
invoices-nothing-due-then = Nothing was due any more at this price and with these reductions when the document was issued: all of it was given back.
invoices-now = As things are now
invoices-now-differs = By everything known now something else is due. The next close brings the difference as a line of adjustment.
invoices-now-same = By everything known now the same is due.
invoices-nothing-due-now = Nothing is due any more at this price and with these reductions: it was given back, or the next close gives it back. The usage may be due on another line now.
invoices-included = included quantity
invoices-tier = tier { $tier }
invoices-divisor-why = The price is for one { $unit }, which is that many measured units.
invoices-exchange = One { $from } was { $rate } { $to } that month.
invoices-rounding-half_up = Rounded to the nearest, a half away from zero:
invoices-rounding-new_commerce = Rounded towards zero, as new commerce does:
invoices-rounding-legacy = Rounded to the nearest, in the currency of the price first, as usage-based offers do:
invoices-residual = Residual, the exact amount minus the rounded one: { $residual }
invoices-less-discount = less { $percent } % discount
invoices-less-credit = less { $percent } % earned credit
invoices-price-is = The price: { $tier }, in force since { $from }, for one { $unit }.
invoices-price-source = Source: { $source }
invoices-price-none = No price was applied: the operator’s own infrastructure costs nothing.
invoices-before = Invoiced before
invoices-before-what = What is above is everything that was due for this usage. The line invoices it minus what these documents did.
invoices-basis = What it was computed from
invoices-no-pins = The document does not say what it was computed from, so this is by everything known now.
invoices-price-list = Price list
invoices-none-of-it = none
invoices-commerce-meter = Priced as
invoices-meter-mapped = The price list says so since { $day }.
invoices-meter-own = The price is of the measured meter itself.
invoices-delivery = Last delivery that counts
invoices-office = Audit entry of the registrations that counts
invoices-day = Day
invoices-tenant = Tenant and local subscription
invoices-why = Who pays, and why
invoices-rows = Rows
invoices-days = Daily sums
invoices-days-what = Choose a day to see its rows and the windows that reported them.
invoices-days-none = No daily sum is left under this line.
invoices-quantity-before = Quantity in the document before
invoices-rule-none = not known
invoices-rule-default_provider_subscription = The stamp’s operator used it itself, and that is always paid by the default subscription.
invoices-rule-tenant_unknown = The tenant was not reported, so the default subscription pays.
invoices-rule-registration_not_multi_tenant = The registration has no tenants of its own, so the default subscription pays.
invoices-rule-tenant_not_mapped = The tenant had no mapping on this day, so the default subscription pays.
invoices-rule-mapped_subscription_unknown = The tenant was mapped to a subscription that is not known, so the default subscription pays.
invoices-rule-mapped_subscription_not_csp = The tenant was mapped to a subscription that is not of the type CSP, so the default subscription pays.
invoices-rule-mapped_subscription_not_active = The tenant’s subscription was not active on this day, so the default subscription pays.
invoices-rule-mapped_subscription_of_other_partner = The tenant’s subscription belonged to another partner on this day, so the default subscription pays.
invoices-rule-tenant_mapped = The tenant was mapped to this subscription.
invoices-mapped-since = mapped since { $day }
invoices-rows-of = Rows of { $day }
invoices-rows-what = As the windows hold them now, whatever they were when the document was issued.
invoices-rows-none = The windows hold no rows of that day any more.
invoices-window = Reported in window
invoices-resource = Resource
invoices-start = From
invoices-end = Until
invoices-sent = Quantity as sent
invoices-revision = revision { $revision }
invoices-close-title = Close { $month }
invoices-check-list = Check-list
invoices-nothing-against = Nothing stands against closing this month.
invoices-against = { $count ->
    [one] { $count } thing stands against closing this month. It can be closed all the same, with a reason.
   *[other] { $count } things stand against closing this month. It can be closed all the same, with a reason.
 }
invoices-in-order = in order
invoices-not-in-order = not in order
invoices-point-over = The month is over
invoices-point-delivered = Every stamp has delivered, late usage included
invoices-point-held = No rows are held
invoices-point-attributed = All usage has a payer
invoices-point-priced = All usage has a price
invoices-and-more = { $count ->
    [one] And { $count } more.
   *[other] And { $count } more.
 }
invoices-month-not-over = { $month } is not over. Wait until { $day }.
invoices-behind = { $stamp } has delivered up to { $watermark }; up to { $needed } is needed.
invoices-behind-wait = Wait for it, or look at its bridge.
invoices-behind-reset = Its registration was reset and takes no usage: have the stamp registered again.
invoices-held = { $count ->
    [one] { $count } row of { $stamp } is held:
   *[other] { $count } rows of { $stamp } are held:
 }
invoices-held-malformed_row = a field is missing or of the wrong type. Have the stamp report the row in the documented shape, then send the window again.
invoices-held-malformed_instance_data = the text of the resource cannot be read. Have the stamp report it in the documented shape, then send the window again.
invoices-held-bad_id = an id is empty, too long or has wrong characters. Have the stamp report it correctly, then send the window again.
invoices-held-bad_time = a time cannot be read, or the end is not after the start. Have the stamp report it correctly, then send the window again.
invoices-held-crosses_utc_day = the interval does not lie within one day in UTC. Have the usage reported by hour or by day, then send the window again.
invoices-held-usage_in_future = the use lies after the hour of the window. Check the stamp’s clock, then send the window again.
invoices-held-quantity_not_a_number = the quantity is not a number. Check the resource provider that measured it, then send the window again.
invoices-held-quantity_text_too_long = the text of the quantity is too long. Check the resource provider that measured it, then send the window again.
invoices-held-quantity_too_precise = the quantity has more digits than can be kept exactly. Check the resource provider that measured it, then send the window again.
invoices-held-quantity_too_large = the quantity is too large. Check the resource provider that measured it, then send the window again.
invoices-held-quantity_negative = the quantity is below zero. Send the window of the original usage again with the right quantity.
invoices-held-unknown_meter = the meter is not in the catalogue. Have it added; the hub then asks for the window again.
invoices-held-conflicting_duplicate = the same measurement stands there with two values. Find out which one is right, then send the window with that one only.
invoices-unattributed = { $count ->
    [one] { $count } row of { $stamp } has no payer:
   *[other] { $count } rows of { $stamp } have no payer:
 }
invoices-unattributed-no_registration = the stamp has no registration on those days. Register it, or have its registration dated back.
invoices-unattributed-no_payer = the default subscription is not known or has no partner on those days. Have the subscription and its partner recorded.
invoices-unpriced = { $count ->
    [one] { $count } row of { $meter } has no amount:
   *[other] { $count } rows of { $meter } have no amount:
 }
invoices-unpriced-informational = it is shown and not charged.
invoices-unpriced-unknown_meter = the meter is not in the catalogue. Have it added, then look again.
invoices-unpriced-infrastructure_at_zero = it is the operator’s own infrastructure, which costs nothing.
invoices-unpriced-no_price_list = there is no price list. Have one assigned.
invoices-unpriced-no_exchange_rate = the price list has no exchange rate for the month. Have one added.
invoices-unpriced-no_price_for_meter = the price list has no price for it on those days. Have one added.
invoices-unpriced-unit_differs = its price is for another unit than the meter measures. Have the unit of the price corrected.
invoices-unpriced-amount_too_large = quantity times price is too large to be kept exactly. Have both checked.
invoices-unpriced-rated = it has a price.
invoices-to-stamp = Look at the stamp
invoices-to-held = Look at the held rows
invoices-to-prices = Look at the prices
invoices-preview = What would be issued
invoices-preview-what = Nothing is issued yet. Documents never change once they are issued.
invoices-nothing-due = Nothing is due that was not invoiced before, so no document is issued.
invoices-may-not-close = Your roles let you look. A Partner Administrator can close the month.
invoices-close = Close the month
invoices-reason = Reason
invoices-reason-what = Something stands against closing. Say why the month is closed all the same: the reason goes into the audit log for ever.
invoices-reason-needed = { $count ->
    [one] Nothing was issued: { $count } thing stands against it. Say why the month is closed all the same.
   *[other] Nothing was issued: { $count } things stand against it. Say why the month is closed all the same.
 }
invoices-reason-long = Nothing was issued: the reason has more than 500 characters.
invoices-confirm = Issue the document. It cannot be taken back; later corrections go onto later documents.
invoices-not-confirmed = Nothing was issued: tick the box to confirm.
invoices-done = { $number } was issued: { $total }.
