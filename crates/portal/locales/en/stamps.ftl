stamps-title = Stamps and registrations
stamps-none = No stamp yet. Register one.
stamps-count = { $count ->
    [one] One stamp
   *[other] { $count } stamps
}
stamps-stamp = Stamp
stamps-state = State
stamps-registration = Registration
stamps-default = Default subscription
stamps-model = Billing model
stamps-last = Last window
stamps-lag = Lag in hours
stamps-not-registered = Not registered
stamps-late = Late
stamps-on-time = On time
stamps-off = Does not report
stamps-unregistered = Registration ended
stamps-reset = Reset: register again
stamps-expired = Expired: register again
stamps-approved = Approved for several tenants
stamps-not-approved = Waits for approval
stamps-none-yet = None
stamps-register = Register a stamp
stamps-register-again = Register again
stamps-hours = Hours received
stamps-strip = The last three days, hour by hour
stamps-hour-received = received, { $rows } rows, revision { $revision }
stamps-hour-skipped = not wanted
stamps-hour-coming = to come
stamps-hour-before = before the stamp’s first hour
stamps-hour-missing = missing
stamps-gaps = Gaps
stamps-no-gaps = None: every hour up to the next one wanted is there.
stamps-span = { $from } until { $until } ({ $count ->
    [one] one hour
   *[other] { $count } hours
})
stamps-gap-missing = Missing
stamps-skipped-reporting_off = Reporting was off
stamps-skipped-too_old = Too old when registered again
stamps-more-gaps = { $count } more
stamps-lag-hours = { $count ->
    [one] One hour behind
   *[other] { $count } hours behind
}
stamps-next = Next window wanted
stamps-cloud = Cloud id
stamps-region = Region
stamps-activated = Activation
stamps-no-key = No activation key was asked for
stamps-key-given = An activation key was given
stamps-name = Name
stamps-since = Since
stamps-expires = Expires
stamps-never = Never
stamps-mapped = Mapped tenants
stamps-mapped-count = { $count }
stamps-to-mappings = Customers and mappings
stamps-locks = Locks
stamps-no-lock = None: the registration can be deleted and moved.
stamps-path = Resource id
stamps-acts = What you can do
stamps-approve = Approve for several tenants
stamps-ask-approval = The operator of the platform approves it: give the registration’s resource id.
stamps-key = Show the activation key
stamps-lock = Lock against deletion
stamps-unlock = Remove the lock
stamps-lock-notes = Who pays for this stamp
stamps-move = Move the registration
stamps-move-what = From then on the new subscription pays for what has no mapping. Mappings and approval stay.
stamps-move-now = Move it
stamps-group = Resource group
stamps-bad-group = This is no name of a resource group.
stamps-register-title = Register a stamp
stamps-register-token = On the stamp, make a registration token: “tallybridge stamp token”, or New-RegistrationToken on an Azure Stack Hub.
stamps-register-paste = Paste it here and choose the subscription that pays for everything that is not mapped.
stamps-register-approve = The operator of the platform approves the registration; from then on customers’ subscriptions can be added.
stamps-register-key = Give the activation key to the stamp and start its bridge.
stamps-token = Registration token
stamps-may-not-register = You may look at this and not do it: it takes the role Partner Administrator here, and Owner or the Azure Stack registration role at a subscription of the partner.
stamps-registered = { $name } is registered. Next: approval, then the activation key.
stamps-registered-again = { $name } is registered again.
stamps-approved-now = { $name } is approved for several tenants.
stamps-key-title = Activation key of { $name }
stamps-key-secret = The key holds the credential of the stamp’s bridge. Give it to nobody else; it is shown on this page only.
stamps-key-is = Activation key
stamps-key-how = On the stamp: “tallybridge stamp activate”, or New-AzsActivationResource on an Azure Stack Hub.
stamps-back = Back to the stamp
stamps-locked = { $name } is locked against deletion.
stamps-unlocked = The locks of { $name } are removed.
stamps-locked-first = Remove the lock first, then move it.
stamps-moved = { $name } was moved.
refusal-InvalidRegistrationToken = The registration token cannot be read.
refusal-RegistrationNotActive = The registration is not active.
refusal-KeyMissing = The hub has no key to sign with.
