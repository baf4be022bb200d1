"""From recordings to results: what `ecg-device analyze` does, without its command line.

`batch` takes many records to `recording`, which streams one of them through the pipeline into a
`tally` and `marks`; `report` is what stands in the JSON file. Nothing is imported here, so that
`naming` stays cheap for the command line.
"""
