invoices-title = Invoices
