"""Recordings on disk: one module a format, all read in blocks of bounded size."""
