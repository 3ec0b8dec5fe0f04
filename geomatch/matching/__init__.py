"""Who serves whom: arrays in, a solution out, with the reason for every need left over."""
