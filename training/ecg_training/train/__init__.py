"""Training: one network on one split with one seed is a *run*, in a folder of its own.

    settings      what a run is asked to be; recipes: how each network is trained
    backend       TensorFlow, JAX or PyTorch, chosen before Keras is loaded
    examples      beats as the arrays of an epoch; augmentation: what is changed in them
    fitting       the loop over epochs; state: all of it in a file, so that it can be gone on with
    runs          the run's folder: configuration, weights, history, predictions
    figures       curves, confusion, ROC, reliability
    training      all this in order; sweep: many runs, spread over workers

Keras, its backends and matplotlib are loaded only when a run begins.
"""
