"""The map and the pages: Flask faces over the engine."""
