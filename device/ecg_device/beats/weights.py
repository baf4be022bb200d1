"""The fitted numbers: `python -m ecg_training.fit_beats` prints this file."""

OWN_WEIGHTS = (
    -0.74394,  # next_over
    -128.58,  # next_over_positive
    -0.88591,  # rise_ahead
    -9.8032,  # rise_ahead_positive
    -1.6837,  # low_share
    -0.50463,  # high_share
    -0.93231,  # high_background
)
COMPARED_WEIGHTS = (
    0.9164,  # likeness
    1.2422,  # weaker
    0.50593,  # over_weakest
    0.37379,  # over_last
    0.76419,  # over_noise
    0.27438,  # high_share_change
    -0.42221,  # width_change
    0.46552,  # early
    -6.0042,  # premature
    0.73998,  # likeness_squared
    -1.4248,  # noise_likeness
    4.4817,  # t_time_weaker
    -11.594,  # t_time_low_share
)
BIAS = -2.7206
