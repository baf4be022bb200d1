"""Keras on one of its backends, with a number of threads, a precision and a seed.

Keras reads its backend once, when it is first imported: a process stays with the first one.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from ecg_device.errors import ConfigError
from ecg_training.cluster import thread_limits

BACKENDS = ("tensorflow", "jax", "torch")


def start(backend: str, threads: int, devices: int = 1) -> Any:
    """Keras itself, ready to build networks.

    Parameters
    ----------
    backend
        One of `BACKENDS`.
    threads
        That a computation may use. A process that computed before keeps its own number.
    devices
        Over how many devices a batch is split (JAX only).
    """
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = backend
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # warnings and errors only
        os.environ.update(thread_limits(threads))
    keras = _keras(backend)
    if keras.backend.backend() != backend:
        raise ConfigError(
            "Keras is loaded already, on another backend",
            expected=backend,
            received=keras.backend.backend(),
            remedy="start another process, or set KERAS_BACKEND",
        )
    _limit_threads(backend, threads)
    _spread(keras, backend, devices)
    return keras


def reset(keras: Any, seed: int, precision: str) -> None:
    """Forget every network of this process, and begin as a fresh one would with this seed."""
    keras.backend.clear_session()
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(seed)
    # Layers are seeded from Python's generator; other threads (a dask worker's) draw from it too.
    seeds: Any = importlib.import_module("keras.src.random.seed_generator")
    seeds.python_random = Random(seed)


def _keras(backend: str) -> Any:
    try:
        with _unheard():
            import keras
    except ImportError as error:
        raise ConfigError(
            "networks cannot be trained here",
            expected=f"the packages keras and {backend}",
            received=str(error),
            remedy=f"install ecg-device with its extra {_extra(backend)}",
        ) from error
    return keras


@contextmanager
def _unheard() -> Iterator[None]:
    """TensorFlow writes remarks on the processor to stderr, past Python and every setting."""
    sys.stderr.flush()
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)


def _extra(backend: str) -> str:
    return "train" if backend == "tensorflow" else f"train,{backend}"


def _limit_threads(backend: str, threads: int) -> None:
    if backend == "torch":
        import torch

        torch.set_num_threads(threads)


def _spread(keras: Any, backend: str, devices: int) -> None:
    """Batches over several devices, the weights on each (`keras.distribution`)."""
    if devices == 1:
        return
    if backend != "jax":
        raise ConfigError(
            "one training runs on several devices only with JAX",
            expected="--backend jax",
            received=f"--backend {backend} --devices {devices}",
            remedy="choose it, or train several seeds or folds side by side with --workers",
        )
    there = keras.distribution.list_devices()
    if len(there) < devices:
        raise ConfigError(
            "there are too few devices", expected=f"{devices}", received=f"{len(there)}: {there}"
        )
    parallel = keras.distribution.DataParallel(devices=there[:devices])
    keras.distribution.set_distribution(parallel)
