"""A county's map as one PMTiles file of PNG tiles: ``drawing`` draws by ``style``, ``archive`` keeps."""
