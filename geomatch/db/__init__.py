"""PostGIS: the private server, the tables and every query."""
