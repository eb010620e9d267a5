"""Who buys: merged, corrected, erased; their files; what their messages cost."""
