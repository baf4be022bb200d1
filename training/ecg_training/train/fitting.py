"""The loop over epochs: one network, its training and its validation beats.

Each epoch is one call of Keras's `fit` on arrays in a fixed order. Between two of them the whole
state lies in a file, from which a later call goes on to the same weights.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ecg_device.classifier import softmax
from ecg_device.views import Float32Array
from ecg_training.naming_scores import count, macro_f1
from ecg_training.scoring import IntArray
from ecg_training.train import state as states
from ecg_training.train.examples import NO_CLASS, Epoch, Examples, Inputs, epoch_of
from ecg_training.train.settings import Recipe
from ecg_training.train.state import Arrays, Row, State

_ROWS = 1024  # beats a prediction takes at once

OnBatch = Callable[[int, int, int], None]  # epoch, batches done, of how many
OnEpoch = Callable[[State], None]


def fit(
    model: Any,
    training: Examples,
    validation: Examples,
    labels: Sequence[str],
    recipe: Recipe,
    seed: int,
    file: Path,
    on_batch: OnBatch,
    on_epoch: OnEpoch,
) -> State:
    """Train until the recipe ends it; leave the chosen weights in the model."""
    first = epoch_of(training, len(labels), recipe, seed, 0)
    _compile(model, recipe, len(first.wanted) // _batch(recipe, first))
    state = states.load(file) or _fresh(model)
    _restore(model, state)
    while state.epoch < recipe.epochs and not state.stalled(recipe.patience):
        epoch = epoch_of(training, len(labels), recipe, seed, state.epoch)
        learned = _learn(model, epoch, recipe, state.epoch, on_batch)
        state = _judged(model, state, learned, validation, labels, recipe)
        states.save(state, file)
        on_epoch(state)
    _choose(model, state, recipe)
    return state


def logits(model: Any, inputs: Inputs, rows: int = _ROWS) -> Float32Array:
    """What the network says of beats, in batches of one size (the last filled up with zeros)."""
    total = len(inputs["window"])
    if total == 0:
        return np.zeros((0, int(model.output_shape[-1])), np.float32)
    filled = {
        name: np.concatenate((value, np.zeros((-total % rows, *value.shape[1:]), np.float32)))
        for name, value in inputs.items()
    }
    told = model.predict(_taken(model, filled), batch_size=rows, verbose=0)
    return np.asarray(told, np.float32)[:total]


def judge(told: Float32Array, targets: IntArray, labels: Sequence[str]) -> Row:
    """Loss, accuracy and macro F1 of logits over the beats that have a class."""
    known = targets != NO_CLASS
    likely, wanted = softmax(told[known], 1.0), targets[known]
    if not len(wanted):
        return {"loss": float("nan"), "accuracy": float("nan"), "macro_f1": float("nan")}
    named = likely.argmax(axis=1)
    score = count(labels, [labels[i] for i in wanted], [labels[i] for i in named])
    loss = -np.log(np.maximum(likely[np.arange(len(wanted)), wanted], 1e-12)).mean()
    return {
        "loss": float(loss),
        "accuracy": float((named == wanted).mean()),
        "macro_f1": float(macro_f1(score, labels)),
    }


def _compile(model: Any, recipe: Recipe, steps: int) -> None:
    import keras

    total = recipe.epochs * steps
    rising = round(recipe.warmup * total)
    rate: Any = recipe.rate
    if recipe.cosine:
        rate = keras.optimizers.schedules.CosineDecay(
            0.0 if rising else recipe.rate,
            max(total - rising, 1),
            warmup_target=recipe.rate if rising else None,
            warmup_steps=rising,
        )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss=keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=recipe.smoothing
        ),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    model.optimizer.build(model.trainable_variables)


def _learn(model: Any, epoch: Epoch, recipe: Recipe, number: int, on_batch: OnBatch) -> Row:
    import keras

    batch = _batch(recipe, epoch)
    steps = len(epoch.wanted) // batch
    told = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda done, logs: on_batch(number, done + 1, steps)
    )
    fitted = model.fit(
        _taken(model, epoch.inputs),
        epoch.wanted,
        sample_weight=epoch.weights,
        batch_size=batch,
        shuffle=False,
        verbose=0,
        callbacks=[told],
    )
    return {name: float(values[-1]) for name, values in fitted.history.items()}


def _judged(
    model: Any,
    state: State,
    learned: Row,
    validation: Examples,
    labels: Sequence[str],
    recipe: Recipe,
) -> State:
    """The state after an epoch; validated are the averaged weights where an average is kept."""
    last, weights = _values(_variables(model)), _values(model.weights)
    average = state.average
    if recipe.average > 0:
        weights = average = states.moved(average, weights, recipe.average)
        model.set_weights(weights)
    judged = judge(logits(model, validation.inputs()), validation.targets, labels)
    if recipe.average > 0:
        _assign(_variables(model), last)
    row = {"epoch": float(state.epoch + 1), "rate": _rate(model), **learned}
    row |= {f"validation_{name}": value for name, value in judged.items()}
    score = judged["macro_f1"] if len(validation) else float(state.epoch)
    later = replace(
        state, variables=last, optimizer=_values(model.optimizer.variables), average=average
    )
    return later.with_row(row, score, weights)


def _fresh(model: Any) -> State:
    return State(_values(_variables(model)), _values(model.optimizer.variables), (), ())


def _restore(model: Any, state: State) -> None:
    _assign(_variables(model), state.variables)
    _assign(model.optimizer.variables, state.optimizer)


def _choose(model: Any, state: State, recipe: Recipe) -> None:
    """Leave the chosen weights in a model that holds the last ones."""
    if recipe.keep == "best" and state.best:
        model.set_weights(state.best)
    elif state.average:
        model.set_weights(state.average)


def _variables(model: Any) -> list[Any]:
    return [*model.trainable_variables, *model.non_trainable_variables]


def _values(variables: Sequence[Any]) -> Arrays:
    import keras

    return tuple(np.array(keras.ops.convert_to_numpy(variable.value)) for variable in variables)


def _assign(variables: Sequence[Any], values: Arrays) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _rate(model: Any) -> float:
    import keras

    rate = model.optimizer.learning_rate  # a variable, or a schedule's tensor
    return float(keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(rate)))


def _batch(recipe: Recipe, epoch: Epoch) -> int:
    return min(recipe.batch, len(epoch.wanted))


def _taken(model: Any, inputs: Inputs) -> Any:
    """Those inputs that the network has, in the structure in which it has them."""
    import keras

    return keras.tree.map_structure(lambda tensor: inputs[tensor.name], model.input)
