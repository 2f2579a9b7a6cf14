customers-title = Customers
