"""The fitted numbers: `python -m ecg_training.fit_beats` prints this file."""

OWN_WEIGHTS = (
    -0.7435,  # next_over
    -127.05,  # next_over_positive
    -0.86767,  # rise_ahead
    -9.7067,  # rise_ahead_positive
    -1.6469,  # low_share
    -0.49912,  # high_share
    -0.92968,  # high_background
)
COMPARED_WEIGHTS = (
    0.95041,  # likeness
    1.2617,  # weaker
    0.50235,  # over_weakest
    0.36932,  # over_last
    0.76071,  # over_noise
    0.2762,  # high_share_change
    -0.4175,  # width_change
    0.60535,  # early
    -5.8994,  # premature
    0.80817,  # likeness_squared
    -1.4399,  # noise_likeness
    4.2979,  # t_time_weaker
    -11.508,  # t_time_low_share
)
BIAS = -2.8195
