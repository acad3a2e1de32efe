"""Who may ask: users and their posts, passwords, sessions, second factors; programs and their tokens."""
