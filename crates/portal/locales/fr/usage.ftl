usage-title = Usage
