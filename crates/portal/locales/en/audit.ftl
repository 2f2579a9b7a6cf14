audit-title = Audit
