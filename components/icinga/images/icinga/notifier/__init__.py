"""Takes from the queue what Icinga has to tell, and tells it: each problem and each recovery once. See docs/notifications.md."""
