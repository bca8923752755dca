"""What tests stand on: real databases, a real browser, a real server. Nothing here is faked."""
