"""Foreign formats that other people's programs read, one a module."""
