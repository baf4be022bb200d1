"""The fitted numbers: `python -m ecg_training.fit_beats` prints this file."""

OWN_WEIGHTS = (
    -0.49143,  # next_over
    -131.8,  # next_over_positive
    -0.76307,  # rise_ahead
    -11.08,  # rise_ahead_positive
    -1.3518,  # low_share
    -0.17033,  # high_share
    -0.86841,  # high_background
)
COMPARED_WEIGHTS = (
    0.90994,  # likeness
    1.5931,  # weaker
    0,  # over_weakest
    0.63546,  # over_last
    0.76893,  # over_noise
    0.040351,  # high_share_change
    -0.43654,  # width_change
    1.4374,  # early
    -2.1037,  # premature
    1.0892,  # likeness_squared
    -1.1917,  # noise_likeness
    4.2422,  # t_time_weaker
    -12.677,  # t_time_low_share
)
BIAS = -2.8315
