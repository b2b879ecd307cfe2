"""The workspace's pages, and the JSON that they read and send."""
