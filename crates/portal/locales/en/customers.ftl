customers-title = Customers and mappings
customers-list = All customers
customers-all = All customers
customers-none = No customer fits.
customers-search = Name or id
customers-customer = Customer
customers-state = State
customers-mapped = Mapped
customers-not-mapped = Not mapped
customers-subscriptions = Subscriptions
customers-no-subscriptions = This customer has no subscription.
customers-count = { $count ->
    [one] One customer
   *[other] { $count } customers
}
customers-unmapped-title = Usage that your default subscription pays
customers-unmapped-what = These tenants used something and are mapped to no subscription of their own.
customers-unmapped-none = In { $month } no tenant was left to your default subscription.
customers-unmapped-count = { $count ->
    [one] One tenant
   *[other] { $count } tenants
}
customers-unmapped-all = Show all { $count }
customers-tenant = Tenant
customers-stamp = Stamp
customers-since = Since
customers-amount = Cost
customers-what-to-do = What to do
customers-map-tenant = Map { $tenant }
customers-no-tenant = The stamp did not say whose it is: let its bridge send the table of local subscriptions.
customers-id = Id
customers-name = Name
customers-kind = Kind
customers-subscription-active = Active
customers-subscription-suspended = Suspended
customers-subscription-cancelled = Cancelled
customers-by-day = Cost by day
customers-to-usage = To its usage by meter
customers-timeline = Who pays, as a time line
customers-timeline-what = A mapping counts from its day on, for whole days in UTC.
customers-since-registration = { $day }: the stamp is registered; { $default } pays unless the tenant is mapped.
customers-mapped-from = { $day }: { $subscription } pays.
customers-removed-from = { $day }: the mapping ends; the default subscription pays.
customers-to-come = To come
customers-add = Add a mapping
customers-replace = Replace the mapping
customers-remove = Remove the mapping
customers-map-title = Map { $tenant }
customers-remove-title = Remove the mapping of { $tenant }
customers-pays = Which subscription pays
customers-pays-today = Pays today
customers-default = Default subscription
customers-from = From this day on
customers-from-what = An earlier day dates the mapping back, on the record. What was invoiced stays; the difference comes as an adjustment.
customers-preview = Show what moves
customers-what-moves = What moves
customers-nothing-moves = No amount changes.
customers-before = As it is
customers-after = As it would be
customers-difference = Difference
customers-more-effects = { $count ->
    [one] One more amount changes.
   *[other] { $count } more amounts change.
}
customers-closed-months = Already closed: { $months }. Their invoices stay as they are; the next document carries the difference as adjustments.
customers-map-now = Map it
customers-may-not = You may look at this and not do it: it takes the role Partner Administrator here and a role such as Owner at the registration.
customers-no-candidate = { $tenant } has no active CSP subscription of yours. Make one in its directory first, then map it here.
customers-bad-day = “{ $day }” is no day such as 2026-10-05.
customers-done = { $subscription } pays for { $tenant } on { $stamp } from { $day } on.
customers-remove-what = From today on { $default } pays for this tenant.
customers-remove-now = Remove it
customers-removed = The mapping of { $tenant } on { $stamp } is removed from today on.
refusal-WhatIf = This mapping would be refused.
refusal-UnauthorizedCspRegistration = The registration is not approved for several tenants yet.
refusal-InvalidCustomerSubscriptionId = This is not the id of a subscription of this tenant.
refusal-InvalidCSPSubscription = The subscription is not a CSP subscription.
refusal-BadCustomerSubscriptionId = The subscription belongs to another partner. Only customers of your own can be added.
refusal-CustomerSubscriptionNotFound = This subscription is not mapped here.
refusal-CustomerSubscriptionsNotAllowed = This billing model takes no customer subscriptions.
refusal-RegistrationNotFound = The stamp has no registration.
refusal-RegistrationReset = The registration was reset: register the stamp again.
refusal-RegistrationExpired = The year of the registration is over: register the stamp again.
refusal-ScopeLocked = A lock protects it. Remove the lock first.
refusal-AuthorizationFailed = Your roles do not allow this.
refusal-CannotBeBilled = This cannot be billed as things are.
