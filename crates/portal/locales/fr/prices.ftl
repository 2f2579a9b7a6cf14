prices-title = Prices
