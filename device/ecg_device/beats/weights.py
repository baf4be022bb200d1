"""The fitted numbers: `python -m ecg_training.fit_beats` prints this file."""

OWN_WEIGHTS = (
    -0.7408,  # next_over
    -128.86,  # next_over_positive
    -0.88347,  # rise_ahead
    -9.612,  # rise_ahead_positive
    -1.6589,  # low_share
    -0.47482,  # high_share
    -0.90911,  # high_background
)
COMPARED_WEIGHTS = (
    0.87775,  # likeness
    1.235,  # weaker
    0.52609,  # over_weakest
    0.34975,  # over_last
    0.82326,  # over_noise
    0.27119,  # high_share_change
    -0.42296,  # width_change
    0.54459,  # early
    -5.9966,  # premature
    0.78196,  # likeness_squared
    -1.4095,  # noise_likeness
    4.3193,  # t_time_weaker
    -11.567,  # t_time_low_share
)
BIAS = -2.7586
