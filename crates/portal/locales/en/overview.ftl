overview-title = Overview
overview-no-prices = This partner has no price list, so nothing can be said in money. The operator of the platform assigns one.
overview-first = The first figures in four steps
overview-step-done = Done
overview-step-open = To do
overview-step-account = You have an account and a role.
overview-step-register = Register your stamp: make a registration token on it, and put it into a registration below your default subscription.
overview-step-approve = The operator of the platform approves the registration for several tenants; activate the stamp with its key.
overview-step-bridge = Start the bridge beside the stamp: the first hours of usage arrive within minutes.
overview-to-stamps = To stamps and registrations
overview-first-help = Nothing at hand? “tallybridge demo” tells the whole story with two emulated stamps.
overview-so-far = { $month } so far
overview-whole = { $month }
overview-as-of = As of { $time }.
overview-moving = Usage is coming in at this moment, so the parts may be a little newer than the sum.
overview-before = { $month } up to day { $day }
overview-difference = { $difference } against then; that month came to { $total } in all.
overview-forecast = Forecast for the month
overview-forecast-range = From { $low } to { $high }, by the last { $days } complete days.
overview-attention = What needs attention
overview-nothing = Nothing: every tenant is mapped, nothing is held, no stamp is late, and no month waits.
overview-unmapped = { $tenant } on { $stamp } is mapped to no subscription since { $since }: your default subscription pays.
overview-unmapped-more = { $count ->
    [one] One more tenant is paid by your default subscription.
   *[other] { $count } more tenants are paid by your default subscription.
}
overview-map = Map { $tenant }
overview-all-unmapped = Show all
overview-held = { $count ->
    [one] One row of { $stamp } is held.
   *[other] { $count } rows of { $stamp } are held.
}
overview-held-many = More than { $count } rows of { $stamp } are held.
overview-to-held = See why
overview-late = { $stamp } is { $hours } hours late: nothing was received since { $since }.
overview-unregistered = { $stamp } has no registration any more. Its usage waits at the stamp since { $since }, { $hours } hours by now.
overview-reset = The directory of the default subscription of { $stamp } changed. Register it again; its usage waits since { $since }, { $hours } hours by now.
overview-expired = The registration of { $stamp } has expired. Register it again; its usage waits since { $since }, { $hours } hours by now.
overview-to-stamp = To the stamp
overview-open = { $month } is over and not closed.
overview-to-close = Check and close
overview-budget = The budget { $budget } ({ $whose }) has reached { $share } % of { $amount }.
overview-to-budgets = To the budgets
overview-spend = Spend
overview-by-day = Cost by day
overview-cumulative = Cost since the first of the month
overview-where = Where it goes
overview-by-customer = The dearest customers
overview-all-customers = All customers
overview-by-stamp = By stamp
overview-by-meter = The dearest meters
overview-difference-whole = { $month } is { $difference } against it.
