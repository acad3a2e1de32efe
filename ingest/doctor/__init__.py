"""`khoso doctor`: what is wrong with a site, its machine and its engines, and what to do."""
