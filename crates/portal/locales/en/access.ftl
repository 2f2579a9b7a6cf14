access-title = Access
