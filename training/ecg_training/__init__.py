"""The host side: data sets, scoring, and (later) training and export of the networks."""
