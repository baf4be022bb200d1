"""What each setting means, in the words that `ecg-device config` prints above it."""

MEANINGS = {
    "source": "the signal: synthetic, synthetic:SCENARIO, or replay:RECORD",
    "scenario": "a scenario file, for the source synthetic",
    "speed": "times real time; 0 is as fast as possible",
    "seed": "the same seed gives the same synthetic signal",
    "model": "who names the beats: a model, its folder, or none; not set: the one in use",
    "host": "where the page listens; other machines see it only if told so",
    "port": "of the page; 0 is any free one, none is no page",
    "hosts": "further names under which the page may be asked for",
    "viewers": "that many pages at a time may show the live trace",
    "tls_cert": "with tls_key: the page is served encrypted",
    "tls_key": "the key of tls_cert",
    "data": "the folder where signals are kept, or none; not set: the usual one",
    "quota_gb": "gigabytes that may be kept there; the oldest sessions go first",
}
