"""Export: a trained run becomes a bundle that the device takes.

    calibration   which beats show the converter its ranges; the temperature of the probabilities
    converter     the run's network -> .tflite, by TensorFlow in a process of its own (`convert`)
    golden        synthetic beats with the model's answers, for the device's self-test
    checks        one XNNPACK partition; the same answers in tflite-runtime 2.14
    card_values   card.json; card_text: card.md
    bundling      all this in order

Keras and TensorFlow are loaded in the converter's process only, so any backend's run can be
exported, and nothing here needs them to be imported.
"""
